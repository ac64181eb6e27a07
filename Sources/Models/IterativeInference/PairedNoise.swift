import OptimistCore
import OptimistProbability
import OptimistTorch

extension Normal {
    /// Differentiable draws `[samples, batch..., event...]`, in pairs of opposite noise that has
    /// variance 1 over the draws of each element: means of quadratic functions are exact. One draw
    /// is one of independent noise.
    ///
    /// - Parameters:
    ///   - samples: 1 or an even number.
    ///   - generator: draws the noise.
    func pairedDraws(_ samples: Int, using generator: inout Generator) -> Tensor {
        if samples == 1 { return reparameterizedSample([1], using: &generator) }
        if samples < 1 || samples % 2 != 0 {
            fail("Normal.pairedDraws", "\(samples) draws do not come in pairs")
        }
        let half = Tensor.normal(
            [samples / 2] + shape, type: mean.elementType, device: mean.device, using: &generator)
        let spread = half.square().mean(axis: 0, keepingDimensions: true).sqrt()
        let noise = half / spread
        return Tensor.concatenated([noise, -noise]) * standardDeviation + mean
    }
}
