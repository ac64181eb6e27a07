import OptimistCore
import OptimistTorch

extension TruncatedNormal {
    /// Draws at the quantile of uniform noise; their first derivatives with respect to location,
    /// scale and bounds are those of the quantile function at a fixed level.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        let (low, high) = (edges.low, edges.high)
        let noise = withoutGradient {
            StandardDraw(low, high, shape + self.shape, using: &generator)
        }
        var standard = noise.value
        if low.requiresGradient || high.requiresGradient {
            standard = standard + noise.lowSlope * (low - low.detached())
            standard = standard + noise.highSlope * (high - high.detached())
        }
        return (standard * scale + location).clamped(self.low, self.high)
    }

    /// A draw in standard units with its derivatives with respect to the bounds.
    private struct StandardDraw {
        let value: Tensor
        /// ∂ξ/∂a = (1 − u) φ(a) / φ(ξ).
        let lowSlope: Tensor
        /// ∂ξ/∂b = u φ(b) / φ(ξ).
        let highSlope: Tensor

        /// Solves Φ(ξ) = Φ(a) + u (Φ(b) − Φ(a)) in float64, in the mirrored tail where that is
        /// the farther one.
        init(
            _ low: Tensor, _ high: Tensor, _ shape: [Int], using generator: inout Generator
        ) {
            let type = low.elementType
            let (low, high) = (low.detached().to(.float64), high.detached().to(.float64))
            let mirrored = low + high .> 0
            let left = Tensor.where(mirrored, -high, low)
            let right = Tensor.where(mirrored, -low, high)
            let uniform = Tensor.uniform(
                shape, type: .float64, device: low.device, using: &generator)
            let found = StandardDraw.quantile(uniform, left: left, right: right)
            let standard = Tensor.where(mirrored, -found, found)
            let level = Tensor.where(mirrored, 1 - uniform, uniform)
            value = standard.to(type)
            let energy = standard.square()
            lowSlope = ((1 - level) * ((energy - low.square()) * 0.5).exp()).to(type)
            highSlope = (level * ((energy - high.square()) * 0.5).exp()).to(type)
        }

        private static func quantile(_ level: Tensor, left: Tensor, right: Tensor) -> Tensor {
            // Φ(ξ) as a share of Φ(b).
            let logRight = right.logNormalCDF()
            let least = (left.logNormalCDF() - logRight).exp()
            let share = least + level * (1 - least)
            let near = (logRight.exp() * share).normalQuantile()
            // Beyond 30 standard deviations Φ falls like its density to relative 10⁻³, and
            // float64 soon ends: log Φ(ξ) − log Φ(b) ≈ (b² − ξ²) / 2.
            let far = -(right.square() - share.log() * 2).sqrt()
            let found = Tensor.where((right .< -30).broadcast(to: near.shape), far, near)
            return found.maximum(left).minimum(right)
        }
    }
}
