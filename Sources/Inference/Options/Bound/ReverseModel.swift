import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// What a reverse model q̃(o | s, a), which guesses the options from states and actions, may look
/// at.
public enum ReverseForm: Sendable, Equatable {
    /// The posterior over options itself; nothing is lost.
    case exact
    /// Π q̃(o_t | o_{t−1}, s_{t:T}, a_{t:T}): exact, and needs the future.
    case backward
    /// Π q̃(o_t | o_{t+1}, s_{1:t+1}, a_{1:t}): exact, and needs no future but the next option.
    case forward
    /// Π q̃(o_t | o_{t+1:t+K}, s_{t−K:t+K}, a_{t−K:t+K}); places beyond the ends are marked so. One
    /// law for all steps if shared, else one a step.
    case window(Int, isShared: Bool)
    /// Π q̃(o_t | s_t), as skill discovery uses it (Eysenbach et al. 2018); one law for all steps
    /// if shared.
    case state(isShared: Bool)
    /// 1 / K at each step: charges log K less the entropy of the option's law.
    case uniform
    /// The policy's own law of options in the place of q̃: the ratio cancels, and the bound charges
    /// all that actions tell of options.
    case none
}

/// A reverse model of the options of a policy, the best of its form, held fixed from then on.
public struct ReverseModel: Sendable {
    /// The form.
    public let form: ReverseForm
    /// The policy whose options it guesses.
    public let policy: OptionPolicy
    /// log q̃(o | what is seen), by what is seen.
    private var table: [[Int]: [Double]] = [:]

    /// The best reverse model of a form. Laws of windows and of states come from visiting every
    /// trajectory with its options; what was never seen there is guessed uniformly.
    ///
    /// - Parameters:
    ///   - form: what it may look at.
    ///   - policy: the policy whose options it guesses.
    ///   - problem: where the policy acts.
    public init(_ form: ReverseForm, of policy: OptionPolicy, in problem: OptionProblem) {
        (self.form, self.policy) = (form, policy)
        switch form {
        case .window(let reach, _) where reach < 0: fail("ReverseModel", "a window of \(reach)")
        case .window, .state: fit(problem)
        case .exact, .backward, .forward, .uniform, .none: break
        }
    }

    private mutating func fit(_ problem: OptionProblem) {
        let options = policy.options
        var counts: [[Int]: [Double]] = [:]
        problem.forEachPath(policy) { path, _, logDynamics in
            problem.forEachChoice(path, policy) { choices, logProbability in
                let weight = exp(logDynamics + logProbability)
                for t in choices.indices {
                    let key = seen(path, choices, t)
                    counts[key, default: Array(repeating: 0, count: options)][choices[t]] +=
                        weight
                }
            }
        }
        table = counts.mapValues { weights in
            let total = weights.reduce(0, +)
            return weights.map { log($0 / total) }
        }
    }

    /// What a window or a state shows of step t: its time unless shared, then its parts.
    private func seen(_ path: OptionPath, _ choices: [Int], _ t: Int) -> [Int] {
        switch form {
        case .state(let isShared): return [isShared ? -1 : t, path.states[t]]
        case .window(let reach, let isShared):
            var key = [isShared ? -1 : t]
            for step in t - reach...t + reach {
                let isInside = path.pairs.indices.contains(step)
                key.append(isInside ? path.states[step] : -1)
                key.append(isInside ? path.pairs[step] : -1)
                if step > t { key.append(isInside ? choices[step] : -1) }
            }
            return key
        case .exact, .backward, .forward, .uniform, .none:
            fail("ReverseModel.seen", "the form \(form) has no table")
        }
    }

    /// log q̃_t of the options of one path, as a function of the options, `[steps]`.
    ///
    /// - Parameter path: states and pairs.
    public func logFactors(_ path: OptionPath) -> (_ options: [Int]) -> [Double] {
        let options = policy.options
        switch form {
        case .uniform:
            return { $0.map { _ in -log(Double(options)) } }
        case .none:
            return { choices in
                choices.indices.map { logLaw(path, choices, $0) }
            }
        case .window, .state:
            return { choices in
                choices.indices.map {
                    table[seen(path, choices, $0)]?[choices[$0]] ?? -log(Double(options))
                }
            }
        case .exact, .backward: return backward(path)
        case .forward: return forward(path)
        }
    }

    /// log π(o_t | s_t, o_{t−1}).
    private func logLaw(_ path: OptionPath, _ choices: [Int], _ t: Int) -> Double {
        policy.logProbability(
            of: choices[t], state: path.states[t], previous: t == 0 ? nil : choices[t - 1])
    }

    /// π(o_t | s_t, o_{t−1}) π(a_t | s_t, o_t) b_t(o_t) / b_{t−1}(o_{t−1}), with b_0 the evidence.
    private func backward(_ path: OptionPath) -> ([Int]) -> [Double] {
        let options = policy.options
        let filter = path.filter(policy)
        let (messages, evidence) = (filter.logBackward, filter.logMarginal[0])
        return { choices in
            choices.indices.map { t in
                let before = t == 0 ? evidence : messages[(t - 1) * options + choices[t - 1]]
                return logLaw(path, choices, t) + policy.logPolicies[choices[t]][path.pairs[t]]
                    + messages[t * options + choices[t]] - before
            }
        }
    }

    /// f_t(o_t) π(o_{t+1} | s_{t+1}, o_t), normalised; f_T(o_T) at the end.
    private func forward(_ path: OptionPath) -> ([Int]) -> [Double] {
        let options = policy.options
        let filter = path.filter(policy).logFilter
        return { choices in
            choices.indices.map { t in
                let law = (0..<options).map { option in
                    if t + 1 == path.steps { return filter[t * options + option] }
                    return filter[t * options + option]
                        + policy.logProbability(
                            of: choices[t + 1], state: path.states[t + 1], previous: option)
                }
                return law[choices[t]] - logSumExp(law)
            }
        }
    }
}
