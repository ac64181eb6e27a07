import Foundation
import OptimistCore

/// Which gradient of the bound by the logits of a policy is computed.
public enum PolicyGradientForm: Sendable, Equatable, CaseIterable {
    /// The exact one: the score meets rewards and divergences of all later steps.
    case full
    /// The score meets rewards alone, and the divergence enters by its gradient at its own step: what
    /// advantage actor-critic methods use. Biased: future divergences are missing.
    case localEntropy
}

extension SoftDynamicProgramming {
    /// π(a | s) = softmax of logits over the actions of each state, `[pairs]`.
    public func policy(logits: [Double]) -> [Double] {
        if logits.count != pairs.count {
            fail("SoftDynamicProgramming.policy", "\(logits.count) logits, \(pairs.count) pairs")
        }
        var result = logits
        for state in 0..<pairs.states {
            let range = pairs.range(of: state)
            guard let largest = range.map({ logits[$0] }).max() else { continue }
            let sum = range.reduce(0) { $0 + exp(logits[$1] - largest) }
            for pair in range { result[pair] = exp(logits[pair] - largest) / sum }
        }
        return result
    }

    /// dL/dθ for the logits θ(s, a) of a policy that is the same at each of a number of steps.
    ///
    /// - Parameters:
    ///   - logits: θ, `[pairs]`.
    ///   - horizon: the number of steps.
    ///   - form: exact, or with local entropies.
    public func gradient(
        logits: [Double], horizon: Int, form: PolicyGradientForm = .full
    ) throws(DynamicProgrammingError) -> [Double] {
        let steps = try gradient(
            logits: Array(repeating: logits, count: horizon), form: form)
        return steps.dropFirst().reduce(steps[0]) { sum, step in zip(sum, step).map { $0 + $1 } }
    }

    /// dL/dθ_t for logits of each step, `[steps][pairs]`:
    ///
    ///     d_t(s) π_t(a | s) (Q_t(s, a) − log π_t(a | s) / p(a | s) − V_t(s))
    ///
    /// with d_t the law of s_t, and Q, V those of the policy, divergences included.
    public func gradient(
        logits: [[Double]], form: PolicyGradientForm = .full
    ) throws(DynamicProgrammingError) -> [[Double]] {
        if objective == .hard || logits.isEmpty {
            fail("SoftDynamicProgramming.gradient", "a soft program and at least one step needed")
        }
        let policies = logits.map { policy(logits: $0) }
        for law in policies { try check(law) }
        let marginals = try stateMarginals(policies)
        let soft = bellman(1)
        let values = try form == .full ? evaluate(policies) : rewardValues(policies, soft)
        let rewards = scaledRewards
        let end = Array(repeating: 0.0, count: pairs.states)
        var result = logits
        for t in logits.indices {
            let q = soft.actionValues(t + 1 < values.count ? values[t + 1] : end, base: rewards)
            for state in 0..<pairs.states {
                let range = pairs.range(of: state)
                // 0 log 0 = 0: what is never done costs nothing.
                let ratios = range.map {
                    policies[t][$0] > 0 ? log(policies[t][$0]) - logPrior[$0] : 0
                }
                let mean = zip(range, ratios).reduce(0) { $0 + policies[t][$1.0] * $1.1 }
                for (pair, ratio) in zip(range, ratios) {
                    let advantage =
                        form == .full
                        ? q[pair] - ratio - values[t][state]
                        : q[pair] - values[t][state] - (ratio - mean)
                    result[t][pair] = marginals[t][state] * policies[t][pair] * advantage
                }
            }
        }
        return result
    }

    /// V^π_t of the scaled rewards alone.
    private func rewardValues(_ policies: [[Double]], _ soft: BellmanOperator) -> [[Double]] {
        let rewards = scaledRewards
        var next = Array(repeating: 0.0, count: pairs.states)
        return Array(
            policies.reversed().map { policy in
                let q = soft.actionValues(next, base: rewards)
                next = (0..<pairs.states).map { state in
                    pairs.range(of: state).reduce(0) { $0 + policy[$1] * q[$1] }
                }
                return next
            }.reversed())
    }
}
