import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// How a policy is inferred with the one before it as prior.
public enum PolicyUpdate: String, Sendable, Codable, CaseIterable {
    /// The best bound: π_j ∝ π_{j−1} exp Q_j, where Q_j expects to act by π_j and to pay for it from
    /// then on (Rawlik, Toussaint and Vijayakumar 2012, arXiv 1009.3958). j rounds at scale α are
    /// one at scale j α.
    case inference
    /// π_j ∝ π_{j−1} exp(α Q^{π_{j−1}}), where Q expects to go on as before: natural policy
    /// gradient for softmax policies (Kakade 2002), Politex (Abbasi-Yadkori et al. 2019), MPO with
    /// a fixed temperature (Abdolmaleki et al. 2018, arXiv 1806.06920).
    case oneStep
}

/// One round of inference with the last policy as prior. Without an end lists have one row.
public struct InferenceRound: Sendable, Equatable {
    /// log π_t(a | s), `[steps][pairs]`; −∞ where an action is ruled out.
    public var logPolicy: [[Double]]
    /// α of this round; 0 for the first prior.
    public var rewardScale: Double
    /// E[Σ γ^{t−1} r_t] of the policy, in reward units.
    public var expectedReward: Double
    /// L(π_j) with π_{j−1} as prior, in nats.
    public var bound: Double
    /// KL(q_j ‖ q_{j−1}), discounted with the rewards, in nats.
    public var divergence: Double

    /// π_t(a | s), `[steps][pairs]`.
    public var policy: [[Double]] { logPolicy.map { $0.map { exp($0) } } }
}

extension SoftDynamicProgramming {
    /// Rounds of inference, each with the policy of the last as prior, in log-probabilities.
    ///
    /// With either update the expected reward never falls. For `.inference` it lies below the best by
    /// at most KL(q_best ‖ q_0) over the sum of the scales so far.
    ///
    /// - Parameters:
    ///   - rewardScales: α of each round; the program's own plays no part.
    ///   - span: how long it lasts.
    ///   - update: how a policy is inferred.
    ///   - stopping: how exactly programs without an end are solved.
    /// - Returns: one round more than scales, the prior first.
    /// - Throws: `DynamicProgrammingError`.
    public func iterate(
        rewardScales: [Double], span: SolvingSpan, update: PolicyUpdate = .inference,
        stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [InferenceRound] {
        if objective == .hard || rewardScales.contains(where: { !($0 > 0 && $0.isFinite) }) {
            fail(
                "SoftDynamicProgramming.iterate",
                "a soft program and positive scales needed, not \(rewardScales)")
        }
        let normalizer = softValues(
            Array(repeating: 0, count: pairs.count), logPrior: logPrior)
        var prior = logPrior
        for state in 0..<pairs.states {
            for pair in pairs.range(of: state) { prior[pair] -= normalizer[state] }
        }
        var logs = Array(repeating: prior, count: span.horizon ?? 1)
        var rounds = [try assessed(logs, from: logs, rewardScale: 0, span, stopping)]
        for scale in rewardScales {
            let next = try updated(logs, scale, span, update, stopping)
            rounds.append(
                try assessed(next, from: logs, rewardScale: scale, span, stopping))
            logs = next
        }
        return rounds
    }

    /// log π_j of a round.
    func updated(
        _ logs: [[Double]], _ rewardScale: Double, _ span: SolvingSpan, _ update: PolicyUpdate,
        _ stopping: Stopping
    ) throws(DynamicProgrammingError) -> [[Double]] {
        let result: [[Double]]
        switch (span, update) {
        case (.steps(_, let discount), .inference):
            result = backward(logs, rewardScale, discount)
        case (.endless(let discount), .inference):
            let program = SoftDynamicProgramming(
                self, rewardScale: rewardScale, logPrior: logs[0])
            let values = try program.solve(
                discount: discount, method: .policyIteration, stopping: stopping
            ).values
            let q = program.bellman(discount).actionValues(
                values.map { rewardScale * $0 }, base: program.scaledRewards)
            result = [tilted(logs[0], by: q).logs]
        case (.steps(_, let discount), .oneStep):
            let policy = logs.map { $0.map { exp($0) } }
            let values = try rewardProgram.actionValues(of: policy, discount: discount)
            result = zip(logs, values).map { tilted($0, by: $1.map { rewardScale * $0 }).logs }
        case (.endless(let discount), .oneStep):
            let values = try rewardProgram.actionValues(
                of: logs[0].map { exp($0) }, discount: discount, stopping: stopping)
            result = [tilted(logs[0], by: values.map { rewardScale * $0 }).logs]
        }
        for law in result where law.contains(where: { $0.isNaN }) { throw .notFinite }
        return result
    }

    /// The soft recursion with a prior for each step.
    private func backward(
        _ logs: [[Double]], _ rewardScale: Double, _ discount: Double
    ) -> [[Double]] {
        let bellman = bellman(discount)
        let rewards = model.rewards.map { rewardScale * $0 }
        var result = logs
        var next = Array(repeating: 0.0, count: pairs.states)
        for t in logs.indices.reversed() {
            let q = bellman.actionValues(next, base: rewards)
            (result[t], next) = tilted(logs[t], by: q)
        }
        return result
    }

    /// log prior + Q − V and V of each state.
    private func tilted(
        _ logPrior: [Double], by actionValues: [Double]
    ) -> (logs: [Double], values: [Double]) {
        let values = softValues(actionValues, logPrior: logPrior)
        var logs = logPrior
        for state in 0..<pairs.states {
            for pair in pairs.range(of: state) { logs[pair] += actionValues[pair] - values[state] }
        }
        return (logs, values)
    }

    /// What a round is worth.
    func assessed(
        _ logs: [[Double]], from prior: [[Double]], rewardScale: Double, _ span: SolvingSpan,
        _ stopping: Stopping
    ) throws(DynamicProgrammingError) -> InferenceRound {
        let policy = logs.map { $0.map { exp($0) } }
        var (reward, divergence) = (0.0, 0.0)
        switch span {
        case .steps(_, let discount):
            var weight = 1.0
            for (t, marginal) in try stateMarginals(policy).enumerated() {
                reward += weight * dot(joint(marginal, policy[t]), model.rewards)
                divergence += weight * dot(marginal, divergences(of: policy[t], from: prior[t]))
                weight *= discount
            }
        case .endless(let discount):
            let rewards = try rewardProgram.evaluate(
                policy[0], discount: discount, stopping: stopping)
            let charged = SoftDynamicProgramming(self, rewardScale: 1, logPrior: prior[0])
            let values = try charged.evaluate(
                policy[0], discount: discount, stopping: stopping)
            reward = atStart(rewards)
            divergence = max(reward - atStart(values), 0)
        }
        return InferenceRound(
            logPolicy: logs, rewardScale: rewardScale, expectedReward: reward,
            bound: rewardScale * reward - divergence, divergence: divergence)
    }
}
