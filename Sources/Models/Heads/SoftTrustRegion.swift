import OptimistCore
import OptimistProbability
import OptimistTorch

/// A soft trust region: divergences from an older law are kept near their limits by multipliers that
/// are found by dual ascent (Abdolmaleki et al. 2018, arXiv 1812.02256).
///
/// A multiplier grows while its divergence is above its limit and shrinks while it is below. For a
/// Gaussian, means and deviations get limits of their own, see `decoupledDivergences`: a deviation
/// that may shrink as fast as means move collapses before anything was tried.
public struct SoftTrustRegion: Module {
    /// The most that each divergence should be, in nats.
    public let limits: [Double]
    /// The multipliers before the softplus, `[limits]`.
    public let rawMultipliers: Tensor

    /// A trust region with multipliers of 1.
    ///
    /// - Parameters:
    ///   - limits: the most that each divergence should be, in nats, positive.
    ///   - device: where the multipliers are.
    public init(limits: [Double], device: Device = .cpu) {
        if limits.isEmpty || limits.contains(where: { !($0 > 0) }) {
            fail("SoftTrustRegion", "limits of \(limits)")
        }
        self.limits = limits
        // softplus(0.5413) = 1.
        rawMultipliers = Tensor.full(
            [limits.count], 0.541_324_854_6, type: .float32, device: device
        ).requiringGradient()
    }

    /// The parameter `rawMultipliers`.
    public var parameters: [NamedTensor] { [NamedTensor("rawMultipliers", rawMultipliers)] }

    /// The multipliers, `[limits]`.
    public var multipliers: Tensor { rawMultipliers.softplus() }

    /// What is added to a loss that is lowered: divergences times multipliers, and what makes the
    /// multipliers ascend; a single number.
    ///
    /// - Parameters:
    ///   - divergences: one for each limit, `[batch...]`, in nats.
    ///   - weights: how much each law of the batch counts, `[batch...]`.
    public func penalty(_ divergences: [Tensor], weights: Tensor) -> Tensor {
        if divergences.count != limits.count {
            fail(
                "SoftTrustRegion.penalty",
                "\(divergences.count) divergences for \(limits.count) limits")
        }
        let total = weights.sum().maximum(1)
        let means = Tensor.stacked(divergences.map { ($0 * weights).sum() }) / total
        let limits = Tensor(limits).to(means.elementType).to(means.device)
        let ascent = multipliers * (limits - means.detached())
        return (multipliers.detached() * means + ascent).sum()
    }
}

extension Normal {
    /// KL(self ‖ other) with other's deviations, and with its means, replaced by self's, `[batch...]`:
    ///
    ///     ½ Σ ((μ′ − μ) / σ)²        Σ log(σ′ / σ) + σ² / 2σ′² − ½
    public func decoupledDivergences(to other: Normal) -> (means: Tensor, deviations: Tensor) {
        let (before, after) = (standardDeviation, other.standardDeviation)
        let shift = ((other.mean - mean) / before).square() * 0.5
        let spread = (after / before).log() + (before / after).square() * 0.5 - 0.5
        let axes = Array(-eventRank..<0)
        return (shift.sum(axes: axes), spread.expanded(shape).sum(axes: axes))
    }
}
