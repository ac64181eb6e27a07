import OptimistCore
import OptimistModels
import OptimistTorch

/// What an update of a policy is reported with.
struct PolicyReport {
    /// Nats per unit of reward; nil where actions cost nothing, and the bound has no such term.
    let rewardScale: Double?
    let prior: PolicyPrior

    init(_ consistency: ConsistencySettings) {
        rewardScale = consistency.rewardScale
        prior = consistency.prior
    }

    /// The bound of the policy that acted, per step, and what the update did.
    ///
    /// - Parameters:
    ///   - rollout: what was learned from.
    ///   - metrics: numbers of the update.
    func record(of rollout: Rollout, _ metrics: [Metric]) -> Record {
        let rows = rollout.batch.validRows
        return Self.record(
            of: rollout, rewardScale: rewardScale,
            divergence: rollout.divergence(from: prior).indexSelect(axis: 0, rows), metrics)
    }

    /// The reward of the policy that acted, per step, less a divergence given by hand: that of the
    /// policy that was made of it from the one that acted, where this one is the prior.
    ///
    /// - Parameters:
    ///   - rollout: what was learned from.
    ///   - rewardScale: nats per unit of reward; nil where the divergence is no term of the bound.
    ///   - divergence: from the prior, one for each step that happened, in nats, `[rows]`.
    ///   - metrics: numbers of the update.
    static func record(
        of rollout: Rollout, rewardScale: Double?, divergence: Tensor, _ metrics: [Metric]
    ) -> Record {
        let rows = rollout.batch.validRows
        func estimate(_ tensor: Tensor) -> Estimate {
            Estimate(of: tensor.flattened().indexSelect(axis: 0, rows).doubles())
        }
        let cost = Estimate(of: divergence.doubles())
        let reward = estimate(rollout.batch.rewards * (rewardScale ?? 1))
        let known = rollout.law.entropy.map { [Metric("policy.entropy", estimate($0).mean)] } ?? []
        return Record(
            .learning,
            metrics: metrics + known + [Metric("policy.divergence", cost.mean)],
            bound: .perStep(
                rows.count, source: .rollout, rewardScale: rewardScale ?? 1, reward: reward,
                actionConsistency: rewardScale == nil ? nil : cost))
    }
}

extension PolicyReport {
    /// KL(acting ‖ π) in nats of the policy as it is now, over the steps of a rollout: how far an
    /// update went. A memory's part in it is left out.
    static func change(since rollout: Rollout, by networks: ActorCritic) -> Metric {
        let (batch, flat) = (rollout.batch, rollout.features.flattened(from: 0, to: 1))
        let new = networks.policy.predict(flat.slice(axis: 0, 0..<batch.time * batch.width))
        let divergence = rollout.law.divergence(to: new).indexSelect(axis: 0, batch.validRows)
        return Metric("policy.change", divergence.mean().item())
    }
}
