import Foundation
import OptimistCore

extension OptionCriticValues {
    /// Derivatives of the expected discounted return by logits.
    public struct Gradient: Sendable, Equatable {
        /// By the softmax logits of π(a | s, o), `[options][pairs]`.
        public var policies: [[Double]]
        /// By the logits of β(s, o), `[states, options]`.
        public var termination: [Double]
    }

    /// The intra-option policy gradient and the termination gradient (Bacon, Harb and Precup 2017,
    /// theorems 1 and 2), with the policy over options held fixed:
    ///
    ///     Σ_{s,o} d(s, o) π(a | s, o) (Q_U(s, o, a) − Q(s, o))
    ///     −Σ_{s′,o} d(s′, arriving with o) β (1 − β) (Q(s′, o) − V(s′) + η)
    ///
    /// where d are discounted occupancies; that of arrivals counts from the second step on.
    ///
    /// - Parameter terminationRegularizer: ξ, added to the advantage of staying with an option. It
    ///   is no part of the return: with it the termination's part is no longer a gradient.
    /// - Throws: `DynamicProgrammingError.notFinite`.
    public func gradient(
        terminationRegularizer: Double = 0
    ) throws(DynamicProgrammingError) -> Gradient {
        let options = policy.options
        let chain = OptionChain(model, policy, discount: discount)
        let (acting, arriving) = try chain.occupancy(selection)
        var result = Gradient(policies: actionValues, termination: arriving)
        for state in 0..<model.states {
            for option in 0..<options {
                let index = state * options + option
                for pair in model.pairs.range(of: state) {
                    let advantage = actionValues[option][pair] - optionValues[index]
                    result.policies[option][pair] =
                        acting[index] * exp(policy.logPolicies[option][pair]) * advantage
                }
                let advantage = optionValues[index] - values[state] + deliberationCost
                result.termination[index] *=
                    -exp(policy.logStop[index] + policy.logContinuation[index])
                    * (advantage + terminationRegularizer)
            }
        }
        return result
    }
}
