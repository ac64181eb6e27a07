import OptimistCore
import OptimistModels
import OptimistTorch

/// What a policy and a value should lower on a minibatch:
///
///     surrogate + price · KL(π ‖ prior) + valueWeight · (V − target)²
///
/// Means over rows, or weighted sums where rows have weights; ρ = π / acting is the ratio of the
/// probabilities of what was done.
package struct PolicyLoss {
    /// What stands for the expected advantage of a policy that did not act.
    package enum Surrogate: Hashable, Sendable {
        /// −log π · A, whose gradient is the policy gradient at the policy that acted.
        case logDensity
        /// −min(ρ A, clip(ρ) A), where ratios count only so far from 1 (Schulman et al. 2017,
        /// equation 7).
        case clipped(Double)
        /// −ρ A + price · KL(acting ‖ π) (Schulman et al. 2017, equation 8).
        case penalized(Double)
        /// −ρ A + price · KL(π ‖ acting): the bound whose prior is the policy that acted, short of
        /// what changes in the law of states.
        case inferred(Double)
    }

    /// What stands for the expected advantage.
    package var surrogate: Surrogate
    /// What a nat of divergence from the prior costs.
    package var price: Double
    /// What actions are like beforehand.
    package var prior: PolicyPrior
    /// The weight of the value's squared error.
    package var valueWeight: Double
    /// How far values count from what they were; nil for any distance.
    package var valueClip: Double?
    /// Whether advantages are standardized over the rows.
    package var standardizesAdvantages: Bool

    /// A loss with its parts.
    package init(
        _ surrogate: Surrogate, price: Double = 0, prior: PolicyPrior = .uniform,
        valueWeight: Double = 0, valueClip: Double? = nil, standardizesAdvantages: Bool = false
    ) {
        self.surrogate = surrogate
        self.price = price
        self.prior = prior
        self.valueWeight = valueWeight
        self.valueClip = valueClip
        self.standardizesAdvantages = standardizesAdvantages
    }

    /// The loss that an agent's settings ask for.
    init(
        _ surrogate: Surrogate, _ consistency: ConsistencySettings, _ descent: DescentSettings,
        valueWeight: Double = 0, valueClip: Double? = nil
    ) {
        self.init(
            surrogate, price: consistency.price, prior: consistency.prior, valueWeight: valueWeight,
            valueClip: valueClip,
            standardizesAdvantages: descent.standardizesAdvantages)
    }

    /// The same loss in plain loops; nil where they do not have it: they know the entropy as the
    /// only divergence, and no penalties.
    func fused(_ kind: ActionKind) -> FusedPolicyLoss? {
        let clip: Double?
        switch surrogate {
        case .logDensity: clip = nil
        case .clipped(let distance) where distance > 0: clip = distance
        default: return nil
        }
        if price > 0 && prior.constant(kind) == nil { return nil }
        return FusedPolicyLoss(
            clip: clip, standardizesAdvantages: standardizesAdvantages, entropyWeight: price,
            valueWeight: valueWeight, valueClip: valueClip)
    }

    /// The parts of a loss.
    package struct Parts {
        /// The whole, differentiable.
        package var total: Tensor
        /// The surrogate.
        package var policy: Tensor
        /// The mean squared error of values.
        package var value: Tensor
        /// KL(acting ‖ π), estimated without bias and never negative: the mean of ρ − 1 − log ρ
        /// (Schulman 2020).
        package var divergence: Tensor
    }

    /// The loss composed of tensors.
    ///
    /// - Parameters:
    ///   - law: π now, one for each row.
    ///   - values: V now, `[rows]`.
    ///   - rows: what was done.
    ///   - kind: what actions are.
    package func callAsFunction(
        _ law: ActionLaw, _ values: Tensor, _ rows: PolicyMinibatch, _ kind: ActionKind
    ) -> Parts {
        let logDensity = law.logDensity(rows.actions)
        let logRatio = logDensity - rows.logDensities
        let policy = policyLoss(logDensity, logRatio, law, rows)
        let value = valueLoss(values, rows)
        var total = policy + value * valueWeight
        if price > 0 { total += rows.mean(prior.divergence(of: law, kind)!) * price }
        let divergence = withoutGradient { rows.mean(logRatio.exp() - 1 - logRatio) }
        return Parts(total: total, policy: policy, value: value, divergence: divergence)
    }

    private func policyLoss(
        _ logDensity: Tensor, _ logRatio: Tensor, _ law: ActionLaw, _ rows: PolicyMinibatch
    ) -> Tensor {
        let advantages = standardizesAdvantages ? rows.advantages.standardized : rows.advantages
        switch surrogate {
        case .logDensity: return -rows.mean(logDensity * advantages)
        case .clipped(let distance):
            let ratio = logRatio.exp()
            let near = ratio.clamped(1 - distance, 1 + distance)
            return -rows.mean((ratio * advantages).minimum(near * advantages))
        case .penalized(let price):
            return rows.mean(
                rows.law.divergence(to: law) * price - logRatio.exp() * advantages)
        case .inferred(let price):
            return rows.mean(
                law.divergence(to: rows.law) * price - logRatio.exp() * advantages)
        }
    }

    private func valueLoss(_ values: Tensor, _ rows: PolicyMinibatch) -> Tensor {
        let error = (values - rows.targets).square()
        guard let valueClip else { return rows.mean(error) }
        let near = rows.values + (values - rows.values).clamped(-valueClip, valueClip)
        return rows.mean(error.maximum((near - rows.targets).square()))
    }
}
