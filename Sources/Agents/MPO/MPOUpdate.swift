import OptimistCore
import OptimistTorch

/// What an update of `MPO` found before it changed the parameters.
public struct MPOUpdate {
    /// The critic's mean squared error.
    package let criticLoss: Double
    /// η in reward.
    package let temperature: Double
    /// Rewards of the rows, `[rows]`.
    package let rewards: Tensor
    /// KL(q ‖ last policy) in nats, `[rows]`.
    package let improvement: Tensor
    /// KL(last policy ‖ policy) in nats, as the multipliers weigh it.
    package let divergence: Tensor
    /// The entropy of the last policy in nats, `[rows]`.
    package let entropy: Tensor

    /// Means over updates, and the bound of this one's rows.
    func record(_ means: RunningMeans) -> Record {
        let reward = Estimate(of: (rewards / temperature).doubles())
        let cost = Estimate(of: improvement.doubles())
        return Record(
            .learning,
            metrics: [
                means["loss.critics"], Metric("temperature", temperature),
                Metric("policy.improvement", cost.mean),
                Metric("policy.divergence", divergence.sum().item()),
                Metric("policy.entropy", entropy.mean().item()), means.updates,
            ],
            bound: .perStep(
                rewards.count, source: .replay, rewardScale: 1 / temperature, reward: reward,
                actionConsistency: cost))
    }
}
