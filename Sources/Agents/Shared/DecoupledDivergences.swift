import OptimistProbability
import OptimistTorch

/// Divergences of an old Gaussian from a new one, of each number, means over rows, `[width]`: its
/// mean and its deviation apart, so that each can have a limit of its own (Abdolmaleki et al. 2018,
/// arXiv 1812.02256, section 4.3).
package struct DecoupledDivergences {
    /// KL(N(μ₀, σ₀) ‖ N(μ, σ₀)): what the new mean costs.
    package let mean: Tensor
    /// KL(N(μ₀, σ₀) ‖ N(μ₀, σ)): what the new deviation costs.
    package let deviation: Tensor

    /// Divergences, differentiable in the new law.
    package init(from old: Normal, to new: Normal) {
        let (before, after) = (old.standardDeviation, new.standardDeviation)
        mean = (((new.mean - old.mean) / before).square() * 0.5).mean(axis: 0)
        let ratio = before / after
        let byDeviation = ratio.square() * 0.5 - ratio.log() - 0.5
        // Deviations that all rows share have no axis of rows.
        deviation = byDeviation.rank == 1 ? byDeviation : byDeviation.mean(axis: 0)
    }
}
