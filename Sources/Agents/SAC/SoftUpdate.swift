import OptimistCore
import OptimistModels
import OptimistTorch

/// What an update of soft actor-critic found before it changed the parameters.
public struct SoftUpdate {
    /// The critics' mean squared error.
    let criticLoss: Double
    /// Rewards of the rows, `[rows]`.
    let rewards: Tensor
    /// log π of the policy's actions in nats, `[rows]`.
    let logDensities: Tensor
    /// τ in reward, one number.
    let temperature: Tensor

    /// Means over updates, and the bound of this one's rows.
    func record(_ means: RunningMeans, prior: PolicyPrior, kind: ActionKind) -> Record {
        let temperature = temperature.item()
        let reward = Estimate(of: (rewards / temperature).doubles())
        let densities = Estimate(of: logDensities.doubles())
        let cost = prior.constant(kind).map { densities - $0 }
        return Record(
            .learning,
            metrics: [
                means["loss.critics"], Metric("policy.entropy", -densities.mean),
                Metric("temperature", temperature), means.updates,
            ],
            bound: .perStep(
                rewards.count, source: .replay, rewardScale: 1 / temperature, reward: reward,
                actionConsistency: cost))
    }
}
