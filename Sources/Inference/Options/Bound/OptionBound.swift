import Foundation
import OptimistCore

/// The bound of a policy with options, term by term, in nats, summed over the trajectory.
public struct OptionBound: Sendable, Equatable {
    /// E[α R].
    public var reward: Double
    /// E Σ KL(q(a_t | h_t) ‖ p(a_t | s_t)): what the actions cost once options are summed out.
    public var actionConsistency: Double
    /// E KL(q(o | s, a) ‖ q̃(o | s, a)): the price of an imperfect reverse model.
    public var reversePrice: Double
    /// I(a_t; o_t | h_t), what an action tells of its option, `[horizon]`.
    public var information: [Double]
    /// E Σ KL(π(a_t | s_t, o_t) ‖ p(a_t | s_t)): what the actions of the options cost; the action
    /// consistency and all information.
    public var optionConsistency: Double

    /// η E Σ (1 − c(s_t, o_{t−1})), what deliberation costs.
    public var deliberation: Double

    /// The bound.
    public var value: Double { reward - actionConsistency - reversePrice - deliberation }

    /// The bound with its terms as every algorithm reports them; the reverse model's price and the
    /// cost of deliberation, where there is one, are extra terms, never positive.
    ///
    /// - Parameter rewardScale: α, for the record.
    public func bound(rewardScale: Double) -> Bound<Double> {
        Bound(
            reward: reward, actionConsistency: actionConsistency,
            extras: [.init(name: "reverseModel", value: -reversePrice)]
                + (deliberation == 0 ? [] : [.init(name: "deliberation", value: -deliberation)]),
            context: BoundContext(
                scope: .trajectory(steps: information.count), source: .exact,
                rewardScale: rewardScale))
    }
}

extension OptionProblem {
    /// The bound of a policy with the best reverse model of a form.
    ///
    /// Exact, uniform and no reverse model visit every path of states and actions; the other forms
    /// also every sequence of options.
    ///
    /// - Parameters:
    ///   - policy: the policy.
    ///   - form: what the reverse model may look at.
    public func bound(of policy: OptionPolicy, reverse form: ReverseForm = .exact) -> OptionBound {
        bound(of: policy, reverse: ReverseModel(form, of: policy, in: self))
    }

    /// The bound of a policy with a reverse model that is given, perhaps that of another policy.
    public func bound(of policy: OptionPolicy, reverse: ReverseModel) -> OptionBound {
        var result = OptionBound(
            reward: 0, actionConsistency: 0, reversePrice: 0,
            information: Array(repeating: 0, count: horizon), optionConsistency: 0,
            deliberation: 0)
        let isOwn = reverse.policy == policy
        forEachPath(policy) { path, filter, logDynamics in
            let weight = exp(logDynamics + filter.logMarginal[0])
            result.reward += weight * scaledRewards(path).reduce(0, +)
            let law = filter.filter
            for (t, pair) in path.pairs.enumerated() {
                let marginal = filter.logMarginals[t] - logPrior[pair]
                var ofOption = -logPrior[pair]
                for option in 0..<policy.options where law[t * policy.options + option] > 0 {
                    ofOption +=
                        law[t * policy.options + option] * policy.logPolicies[option][pair]
                }
                result.actionConsistency += weight * marginal
                result.optionConsistency += weight * ofOption
                result.information[t] += weight * (ofOption - marginal)
            }
            if let gains = deliberation(path, filter, policy)?.gains {
                result.deliberation -= weight * gains.reduce(0, +)
            }
            switch reverse.form {
            case .exact where isOwn: break
            case .none where isOwn: result.reversePrice = result.information.reduce(0, +)
            default:
                result.reversePrice += price(path, filter, logDynamics, policy, reverse)
            }
        }
        return result
    }

    /// The part of E KL(q(o | s, a) ‖ q̃(o | s, a)) that one path brings.
    private func price(
        _ path: OptionPath, _ filter: OptionFilter, _ logDynamics: Double,
        _ policy: OptionPolicy, _ reverse: ReverseModel
    ) -> Double {
        let (factors, evidence) = (reverse.logFactors(path), filter.logMarginal[0])
        var result = 0.0
        forEachChoice(path, policy) { choices, logProbability in
            let ratio = logProbability - evidence - factors(choices).reduce(0, +)
            result += exp(logDynamics + logProbability) * ratio
        }
        return result
    }
}
