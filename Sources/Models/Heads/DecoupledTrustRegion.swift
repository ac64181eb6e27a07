import OptimistCore
import OptimistProbability
import OptimistTorch

/// A soft trust region for a Gaussian policy that limits means and deviations apart, with
/// multipliers found by dual ascent (Abdolmaleki et al. 2018, "Relative Entropy Regularized Policy
/// Iteration", arXiv 1812.02256).
///
///     KL_mean      = ½ Σ ((μ − μ_old) / σ_old)²
///     KL_deviation = Σ log(σ / σ_old) + σ_old² / 2σ² − ½
///
/// KL(old ‖ new) with the deviations, or the means, left as they were. A multiplier grows while its
/// divergence is above its limit and shrinks while it is below.
public struct DecoupledTrustRegion: Module {
    /// The most that the means should move, in nats.
    public let meanLimit: Double
    /// The most that the deviations should move, in nats.
    public let deviationLimit: Double
    /// Both multipliers before the softplus, `[2]`.
    public let rawMultipliers: Tensor

    /// A trust region with multipliers of 1.
    ///
    /// - Parameters:
    ///   - meanLimit: the most that the means should move, in nats.
    ///   - deviationLimit: the most that the deviations should move, in nats.
    ///   - device: where the multipliers are.
    public init(meanLimit: Double, deviationLimit: Double, device: Device = .cpu) {
        if !(meanLimit > 0 && deviationLimit > 0) {
            fail("DecoupledTrustRegion", "limits of \(meanLimit) and \(deviationLimit)")
        }
        self.meanLimit = meanLimit
        self.deviationLimit = deviationLimit
        // softplus(0.5413) = 1.
        rawMultipliers = Tensor.full([2], 0.541_324_854_6, type: .float32, device: device)
            .requiringGradient()
    }

    /// The parameter `rawMultipliers`.
    public var parameters: [NamedTensor] { [NamedTensor("rawMultipliers", rawMultipliers)] }

    /// The multipliers of means and deviations, `[2]`.
    public var multipliers: Tensor { rawMultipliers.softplus() }

    /// Both divergences of a batch of laws, each `[batch...]`, in nats.
    public static func divergences(from old: Normal, to new: Normal) -> (Tensor, Tensor) {
        let (before, after) = (old.standardDeviation, new.standardDeviation)
        let shift = (((new.mean - old.mean) / before).square() * 0.5).sum(axis: -1)
        let spread = (after / before).log() + (before / after).square() * 0.5 - 0.5
        return (shift, spread.expanded(new.shape).sum(axis: -1))
    }

    /// What a loss to be lowered is added: divergences times multipliers, and what makes the
    /// multipliers ascend; a single number.
    ///
    /// - Parameters:
    ///   - old: the laws before, constants.
    ///   - new: the laws now.
    ///   - weights: how much each law counts, `[batch...]`.
    public func penalty(from old: Normal, to new: Normal, weights: Tensor) -> Tensor {
        let total = weights.sum().maximum(1)
        let (shift, spread) = Self.divergences(from: old, to: new)
        let means = Tensor.stacked([(shift * weights).sum(), (spread * weights).sum()]) / total
        let limits = Tensor([meanLimit, deviationLimit]).to(means.elementType).to(means.device)
        let ascent = multipliers * (limits - means.detached())
        return (multipliers.detached() * means + ascent).sum()
    }
}
