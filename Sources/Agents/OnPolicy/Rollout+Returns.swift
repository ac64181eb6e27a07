import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

extension Rollout {
    /// Advantages and what values should be, both `[time, column]`, in reward units.
    ///
    /// Softened rewards are r − τ log π/p at the action taken: what follows an action then counts
    /// what later actions cost, and values are those of the bound times τ (Schulman et al. 2016;
    /// the score of an action meets its own cost, whose mean is 0 but for the baseline).
    ///
    /// - Parameters:
    ///   - softening: τ, reward that a nat of divergence costs; 0 for plain rewards.
    ///   - prior: what actions are like beforehand.
    ///   - discount: γ.
    ///   - lambda: λ of generalized advantages.
    package func returns(
        softening: Double, prior: PolicyPrior, discount: Double, lambda: Double
    ) -> (advantages: Tensor, targets: Tensor) {
        var softened = batch
        if softening > 0 {
            let actions = batch.actions.flattened(from: 0, to: 1)
            let base = prior.logDensity(actions, kind).reshaped([batch.time, batch.width])
            softened.rewards = batch.rewards - (logDensities - base) * softening
        }
        let advantages = Returns.advantages(
            softened, values: values, discount: discount, lambda: lambda)
        return (advantages, advantages + values.slice(axis: 0, 0..<batch.time))
    }
}
