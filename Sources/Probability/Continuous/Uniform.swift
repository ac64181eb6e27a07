import OptimistCore
import OptimistTorch

/// Uniform laws on boxes [low, high] with independent elements.
public struct Uniform: ReparameterizedDistribution, DistributionWithMoments {
    /// The lower bounds.
    public let low: Tensor
    /// The upper bounds, which exceed the lower ones.
    public let high: Tensor
    /// The number of axes of one outcome.
    public let eventRank: Int
    /// The batch axes followed by the event axes.
    public let shape: [Int]

    /// The uniform law between bounds that broadcast with each other.
    public init(low: Tensor, high: Tensor, eventRank: Int) {
        shape = broadcastShape("Uniform", low.shape, high.shape)
        requireEventRank("Uniform", shape, eventRank)
        self.low = low.broadcast(to: shape)
        self.high = high
        self.eventRank = eventRank
    }

    /// The uniform law on the cube [low, high] of a shape.
    public init(
        _ shape: [Int], low: Double = -1, high: Double = 1, eventRank: Int,
        type: ElementType = .float32, device: Device = .cpu
    ) {
        self.init(
            low: .full(shape, low, type: type, device: device),
            high: Tensor(high, type: type, device: device), eventRank: eventRank)
    }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { Array(shape.dropLast(eventRank)) }
    /// The axes of one outcome.
    public var eventShape: [Int] { Array(shape.suffix(eventRank)) }

    /// The length of each side.
    public var width: Tensor { high - low }
    /// The centers.
    public var mean: Tensor { (low + high) * 0.5 }
    /// Width² / 12.
    public var variance: Tensor { width.square() * (1.0 / 12) }
    /// The logarithm of the volume.
    public var entropy: Tensor? { width.log().summed(lastAxes: eventRank) }

    /// Differentiable draws: low + width · noise.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        let noise = Tensor.uniform(
            shape + self.shape, type: low.elementType, device: low.device, using: &generator)
        return noise * width + low
    }

    /// The log-density, `[sample..., batch...]`; −∞ outside of the closed box.
    public func logDensity(_ value: Tensor) -> Tensor {
        requireEvent("Uniform.logDensity", value, shape, eventRank)
        let outside = (value .< low) .| (value .> high)
        let density = (-width.log()).broadcast(to: outside.shape)
        return density.maskedFill(outside, -.infinity).summed(lastAxes: eventRank)
    }

    /// Whether the bounds are finite and in order.
    public var isValid: Bool { allTrue([low.isFinite(), high.isFinite(), high .> low]) }
}
