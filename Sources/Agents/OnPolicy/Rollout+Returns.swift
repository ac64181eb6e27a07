import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

extension Rollout {
    /// Advantages and what values should be, both `[time, column]`, in reward units.
    ///
    /// Softened rewards are r − τ log π/p at the action taken, or r − τ KL(π ‖ p): what follows an
    /// action then counts what later actions cost, and values are those of the bound times τ
    /// (Schulman et al. 2016; the score of an action meets its own cost, whose mean is 0 but for the
    /// baseline).
    package func returns(
        _ settings: ReturnSettings, _ consistency: ConsistencySettings = .init()
    ) -> (advantages: Tensor, targets: Tensor) {
        let advantages = Returns.advantages(
            softened(consistency), values: values, discount: settings.discount,
            lambda: settings.lambda)
        return (advantages, advantages + values.slice(axis: 0, 0..<batch.time))
    }

    /// The batch with the cost of its actions taken off its rewards.
    package func softened(_ settings: ConsistencySettings) -> Batch {
        guard settings.temperature > 0, settings.gradient != .instantaneous else {
            return batch
        }
        let cost =
            settings.gradient == .exact
            ? logDensities.flattened() - priorLogDensities(settings.prior)
            : divergence(from: settings.prior)
        var softened = batch
        softened.rewards =
            batch.rewards - cost.reshaped([batch.time, batch.width]) * settings.temperature
        return softened
    }

    /// KL(π ‖ prior) of each of `time × column` rows in nats; where there is no closed form, its
    /// estimate log π/p at the action taken.
    package func divergence(from prior: PolicyPrior) -> Tensor {
        prior.divergence(of: law, kind) ?? logDensities.flattened() - priorLogDensities(prior)
    }

    private func priorLogDensities(_ prior: PolicyPrior) -> Tensor {
        prior.logDensity(batch.actions.flattened(from: 0, to: 1), kind)
    }
}
