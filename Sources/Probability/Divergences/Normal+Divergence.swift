import OptimistCore
import OptimistTorch

extension Normal {
    /// KL(self ‖ other), `[batch...]`:
    /// Σ log(σ₂/σ₁) + (σ₁² + (μ₁ − μ₂)²) / 2σ₂² − ½.
    public func divergence(to other: Normal) -> Tensor {
        if eventRank != other.eventRank {
            fail("Normal.divergence", "events of \(eventRank) and of \(other.eventRank) axes")
        }
        let precision = other.standardDeviation.reciprocal()
        let ratio = (standardDeviation * precision).square()
        let shift = ((mean - other.mean) * precision).square()
        let logarithms = other.logStandardDeviation - logStandardDeviation
        return ((ratio + shift - 1) * 0.5 + logarithms).summed(lastAxes: eventRank)
    }
}

extension TanhNormal {
    /// KL(self ‖ other), `[batch...]`: that of the normal laws, because both are mapped alike.
    public func divergence(to other: TanhNormal) -> Tensor { base.divergence(to: other.base) }
}

extension MultivariateNormal {
    /// KL(self ‖ other), `[batch...]`:
    /// ½ (‖L₂⁻¹ L₁‖² + ‖L₂⁻¹ (μ₁ − μ₂)‖² − size) + log √(|Σ₂| / |Σ₁|).
    public func divergence(to other: MultivariateNormal) -> Tensor {
        let spread = other.choleskyFactor.triangularSolve(choleskyFactor, upper: false)
        let shift = other.whitened(mean - other.mean)
        let energy =
            spread.square().sum(axes: [-2, -1]) + shift.square().sum(axis: -1) - Double(size)
        return energy * 0.5 + (other.logScale - logScale)
    }
}
