import OptimistCore
import OptimistModels
import OptimistTorch

/// The loss of PPO on a minibatch.
package struct ProximalLoss {
    package let settings: PPOSettings
    /// How far ratios count.
    package let clip: Double
    /// What a nat of divergence from the policy that acted costs.
    package let penalty: Double

    /// The parts of a loss.
    package struct Parts {
        /// What the policy should lower.
        package var policy: Tensor
        /// Half the squared error of values.
        package var value: Tensor
        /// KL(acting ‖ new), estimated without bias and never negative:
        /// the mean of ρ − 1 − log ρ (Schulman 2020).
        package var divergence: Tensor
    }

    /// A loss with its parts.
    package init(settings: PPOSettings, clip: Double, penalty: Double) {
        self.settings = settings
        self.clip = clip
        self.penalty = penalty
    }

    package func callAsFunction(_ law: ActionLaw, _ values: Tensor, _ rows: PolicyMinibatch)
        -> Parts
    {
        let logRatio = law.logDensity(rows.actions) - rows.logDensities
        let ratio = logRatio.exp()
        let divergence = withoutGradient { (ratio - 1 - logRatio).mean() }
        return Parts(
            policy: policyLoss(ratio, law, rows), value: valueLoss(values, rows),
            divergence: divergence)
    }

    private func policyLoss(_ ratio: Tensor, _ law: ActionLaw, _ rows: PolicyMinibatch) -> Tensor {
        let advantages =
            settings.standardizesAdvantages ? rows.advantages.standardized : rows.advantages
        let gain = ratio * advantages
        switch settings.objective {
        case .clip:
            return -gain.minimum(ratio.clamped(1 - clip, 1 + clip) * advantages).mean()
        case .adaptive, .fixed:
            return (rows.law.divergence(to: law) * penalty - gain).mean()
        }
    }

    private func valueLoss(_ values: Tensor, _ rows: PolicyMinibatch) -> Tensor {
        let error = (values - rows.targets).square()
        guard settings.clipsValues else { return error.mean() }
        let near = rows.values + (values - rows.values).clamped(-clip, clip)
        return error.maximum((near - rows.targets).square()).mean()
    }
}

/// What the updates of a rollout did.
struct ProximalProgress {
    private var divergences = 0.0
    private var valueLosses = 0.0
    private var norms = 0.0
    private var count = 0.0
    /// The divergence at the last update.
    private(set) var lastDivergence = 0.0

    mutating func add(divergence: Double, valueLoss: Double, norm: Double) {
        divergences += divergence
        valueLosses += valueLoss
        norms += norm
        count += 1
        lastDivergence = divergence
    }

    /// Means over the updates.
    func metrics(penalty: Double?) -> [Metric] {
        [
            Metric("loss.value", valueLosses / count), Metric("gradient.norm", norms / count),
            Metric("policy.change", lastDivergence), Metric("updates", count),
        ] + (penalty.map { [Metric("policy.penalty", $0)] } ?? [])
    }
}
