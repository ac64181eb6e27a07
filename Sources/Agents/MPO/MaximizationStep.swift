import OptimistCore
import OptimistProbability
import OptimistTorch

/// A policy fitted to weighed actions while it stays near the policy that they were drawn from.
package enum MaximizationStep {
    /// What the fit of a Gaussian needs to know of weighed draws.
    package struct Moments {
        /// Σ w of each row, `[rows, 1]`.
        package let total: Tensor
        /// Σ w (a − μ), `[rows, width]`, μ the old mean.
        package let first: Tensor
        /// Σ w (a − μ)², `[rows, width]`.
        package let second: Tensor

        /// Sums over draws.
        ///
        /// - Parameters:
        ///   - draws: `[rows, actions, width]`.
        ///   - weights: `[rows, actions]`, not negative.
        ///   - old: the law they were drawn from, `[rows, width]`.
        package init(draws: Tensor, weights: Tensor, old: Normal) {
            let weight = weights.unsqueezed(axis: 2)
            let distance = draws - old.mean.unsqueezed(axis: 1)
            total = weights.sum(axis: 1, keepingDimensions: true)
            first = (weight * distance).sum(axis: 1)
            second = (weight * distance.square()).sum(axis: 1)
        }
    }

    /// −E_s Σ w [log N(a; μ, σ₀) + log N(a; μ₀, σ)] short of a constant: the mean is fitted with the
    /// old deviation, the deviation around the old mean, so that neither narrows the other
    /// (Abdolmaleki et al. 2018, arXiv 1812.02256, section 4.3).
    package static func loss(_ moments: Moments, old: Normal, new: Normal) -> Tensor {
        let (before, after) = (old.standardDeviation, new.standardDeviation)
        let step = new.mean - old.mean
        let byMean =
            (step.square() * 0.5 * moments.total - step * moments.first) / before.square()
        let byDeviation =
            moments.second * 0.5 / after.square() + moments.total * after.log()
        return (byMean + byDeviation).sum(axis: 1).mean()
    }

    /// −E_s Σ q log π, of choices.
    ///
    /// - Parameters:
    ///   - weights: q, `[rows, actions]`.
    ///   - logPolicy: log π, `[rows, actions]`.
    package static func loss(weights: Tensor, logPolicy: Tensor) -> Tensor {
        -(weights * logPolicy).sum(axis: 1).mean()
    }

    /// E_s KL(old ‖ new), one number, of choices.
    package static func divergence(from old: Tensor, to new: Tensor) -> Tensor {
        (old.exp() * (old - new)).sum(axis: 1).mean().reshaped([1])
    }
}
