import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension SoftDynamicProgramming {
    /// The terms of L(π) for a policy over its steps: scaled reward and what it costs to leave the
    /// action prior, in nats.
    ///
    /// Without a prior (`ActionPrior.none`) the action consistency is minus the policy's entropy.
    ///
    /// - Parameters:
    ///   - policy: π_t(a | s), `[steps][pairs]`.
    ///   - discount: γ between steps, of reward and divergence both.
    /// - Throws: `DynamicProgrammingError.actions`, `.policyLeavesPrior`.
    public func terms(
        of policy: [[Double]], discount: Double = 1
    ) throws(DynamicProgrammingError) -> Bound<Double> {
        if objective == .hard || policy.isEmpty {
            fail("SoftDynamicProgramming.terms", "a soft program and at least one step needed")
        }
        for law in policy { try check(law) }
        var (reward, divergence, weight) = (0.0, 0.0, 1.0)
        for (marginal, law) in zip(try stateMarginals(policy), policy) {
            reward += weight * dot(joint(marginal, law), model.rewards)
            divergence += weight * dot(marginal, divergences(of: law, from: logPrior))
            weight *= discount
        }
        return Bound(
            reward: rewardScale * reward, actionConsistency: divergence,
            context: .init(
                scope: .trajectory(steps: policy.count), source: .exact, discount: discount,
                rewardScale: rewardScale))
    }

    /// Q^π_t(s, a) = scaled r + γ E[V^π_{t+1}(s′)] of a policy over its steps, in nats (reward units
    /// if hard), `[steps][pairs]`; V^π counts divergences from the next step on, if soft.
    ///
    /// - Throws: `DynamicProgrammingError`.
    public func actionValues(
        of policy: [[Double]], discount: Double = 1
    ) throws(DynamicProgrammingError) -> [[Double]] {
        let values = try evaluate(policy, discount: discount)
        let (bellman, rewards) = (bellman(discount), scaledRewards)
        let end = Array(repeating: 0.0, count: pairs.states)
        return values.indices.map { t in
            bellman.actionValues(t + 1 < values.count ? values[t + 1] : end, base: rewards)
        }
    }

    /// Q^π(s, a) of a stationary policy without an end, in nats (reward units if hard), `[pairs]`.
    ///
    /// - Throws: `DynamicProgrammingError`.
    public func actionValues(
        of policy: [Double], discount: Double, stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [Double] {
        let values = try evaluate(policy, discount: discount, stopping: stopping)
        return bellman(discount).actionValues(values, base: scaledRewards)
    }

    /// One soft Bellman backup of action values in nats, `[pairs]`:
    ///
    ///     (T Q)(s, a) = rewardScale · r + γ E[log Σ_a′ p(a′ | s′) exp Q(s′, a′)]
    ///
    /// (if hard, of those in reward units by the largest). A γ-contraction in the largest error.
    public func backUp(actionValues: [Double], discount: Double) -> [Double] {
        if actionValues.count != pairs.count {
            fail(
                "SoftDynamicProgramming.backUp",
                "\(actionValues.count) action values for \(pairs.count) pairs")
        }
        let values =
            objective == .soft
            ? softValues(actionValues, logPrior: logPrior)
            : (0..<pairs.states).map { pairs.range(of: $0).map { actionValues[$0] }.max() ?? 0 }
        return bellman(discount).actionValues(values, base: scaledRewards)
    }

    /// V(s) = log Σ_a p(a | s) exp Q(s, a), `[states]`; 0 in terminal states.
    func softValues(_ actionValues: [Double], logPrior: [Double]) -> [Double] {
        (0..<pairs.states).map { state in
            let range = pairs.range(of: state)
            return range.isEmpty ? 0 : logSumExp(range.map { logPrior[$0] + actionValues[$0] })
        }
    }

    /// KL(π(· | s) ‖ prior(· | s)) of each state in nats; infinite where π leaves the prior.
    func divergences(of policy: [Double], from logPrior: [Double]) -> [Double] {
        (0..<pairs.states).map { state in
            // 0 log 0 = 0: what is never done costs nothing.
            pairs.range(of: state).reduce(0) {
                policy[$1] > 0 ? $0 + policy[$1] * (log(policy[$1]) - logPrior[$1]) : $0
            }
        }
    }
}
