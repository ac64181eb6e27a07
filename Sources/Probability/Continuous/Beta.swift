import Foundation
import OptimistCore
import OptimistTorch

/// Beta laws on (0, 1) with independent elements: density ∝ x^(c₁−1) (1−x)^(c₀−1).
public struct Beta: ReparameterizedDistribution, DistributionWithMoments, DistributionWithMode {
    /// c₁, the positive concentration toward 1.
    public let concentration1: Tensor
    /// c₀, the positive concentration toward 0.
    public let concentration0: Tensor
    /// The number of axes of one outcome.
    public let eventRank: Int
    /// The batch axes followed by the event axes.
    public let shape: [Int]

    /// The law with concentrations toward 1 and toward 0, which broadcast with each other.
    public init(concentration1: Tensor, concentration0: Tensor, eventRank: Int) {
        shape = broadcastShape("Beta", concentration1.shape, concentration0.shape)
        requireEventRank("Beta", shape, eventRank)
        self.concentration1 = concentration1.broadcast(to: shape)
        self.concentration0 = concentration0.broadcast(to: shape)
        self.eventRank = eventRank
    }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { Array(shape.dropLast(eventRank)) }
    /// The axes of one outcome.
    public var eventShape: [Int] { Array(shape.suffix(eventRank)) }

    /// c₁ + c₀.
    var total: Tensor { concentration1 + concentration0 }

    /// c₁ / (c₁ + c₀).
    public var mean: Tensor { concentration1 / total }

    /// c₁ c₀ / ((c₁ + c₀)² (c₁ + c₀ + 1)).
    public var variance: Tensor {
        let total = self.total
        return concentration1 * concentration0 / (total.square() * (total + 1))
    }

    /// The most likely value where both concentrations exceed 1; otherwise the end, 0 or 1, of
    /// the larger concentration, and ½ where they are equal.
    public var mode: Tensor {
        let inner = (concentration1 .> 1) .& (concentration0 .> 1)
        let end = ((concentration1 - concentration0).sign() + 1) * 0.5
        return Tensor.where(inner, (concentration1 - 1) / (total - 2), end)
    }

    /// log B(c₁, c₀) of each element.
    var logNormalizer: Tensor {
        concentration1.lgamma() + concentration0.lgamma() - total.lgamma()
    }

    /// Differentiable draws, from two gamma draws in logarithms so that small concentrations
    /// neither underflow nor divide zero by zero.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        let toward1 = logGamma(concentration1, shape, &generator)
        let toward0 = logGamma(concentration0, shape, &generator)
        let drawn = (toward1 - toward0).sigmoid()
        return drawn.elementType == .float64
            ? drawn.clamped(Double.leastNormalMagnitude, (1.0).nextDown)
            : drawn.clamped(Double(Float.leastNormalMagnitude), Double((1 as Float).nextDown))
    }

    /// The logarithm of gamma draws: if g has concentration c + 1 and u is uniform, then
    /// g u^(1/c) has concentration c (Stuart, 1962).
    private func logGamma(
        _ concentration: Tensor, _ shape: [Int], _ generator: inout Generator
    ) -> Tensor {
        let wanted = concentration.broadcast(to: shape + self.shape)
        let larger = Tensor.gamma(concentrations: wanted + 1, using: &generator)
        let uniform = Tensor.uniform(
            wanted.shape, type: wanted.elementType, device: wanted.device, using: &generator)
        return larger.log() + (-uniform).log1p() / wanted
    }

    /// The log-density of values in (0, 1), `[sample..., batch...]`.
    public func logDensity(_ value: Tensor) -> Tensor {
        requireEvent("Beta.logDensity", value, shape, eventRank)
        let toward1 = (concentration1 - 1) * value.log()
        let toward0 = (concentration0 - 1) * (-value).log1p()
        return (toward1 + toward0 - logNormalizer).summed(lastAxes: eventRank)
    }

    /// log B − (c₁ − 1) ψ(c₁) − (c₀ − 1) ψ(c₀) + (c₁ + c₀ − 2) ψ(c₁ + c₀).
    public var entropy: Tensor? {
        let total = self.total
        let ends =
            (concentration1 - 1) * concentration1.digamma()
            + (concentration0 - 1) * concentration0.digamma()
        let each = logNormalizer - ends + (total - 2) * total.digamma()
        return each.summed(lastAxes: eventRank)
    }

    /// Whether the concentrations are finite and positive.
    public var isValid: Bool {
        allTrue([
            concentration1.isFinite(), concentration0.isFinite(), concentration1 .> 0,
            concentration0 .> 0,
        ])
    }
}
