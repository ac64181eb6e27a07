import OptimistCore
import OptimistProbability
import OptimistTorch

extension Normal {
    /// Differentiable draws `[samples, batch..., event...]` in pairs of opposite noise. One draw is
    /// one of independent noise.
    ///
    /// Every draw has the law itself as its distribution, so that a mean over them is unbiased for
    /// any function, and so is its gradient. What is odd about the mean cancels within a pair: of a
    /// linear function the mean is exact, of a quadratic one the gradient in the law's mean. All
    /// else has the noise of samples / 2 independent pairs. Noise scaled to an exact variance would
    /// make a quadratic function of each element exact too, but bias all others, the more the fewer
    /// the draws: with two of them it would be ±1.
    ///
    /// - Parameters:
    ///   - samples: 1 or an even number.
    ///   - generator: draws the noise.
    package func pairedDraws(_ samples: Int, using generator: inout Generator) -> Tensor {
        if samples == 1 { return reparameterizedSample([1], using: &generator) }
        if samples < 1 || samples % 2 != 0 {
            fail("Normal.pairedDraws", "\(samples) draws do not come in pairs")
        }
        let half = Tensor.normal(
            [samples / 2] + shape, type: mean.elementType, device: mean.device, using: &generator)
        return Tensor.concatenated([half, -half]) * standardDeviation + mean
    }
}
