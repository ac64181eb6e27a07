import OptimistCore
import OptimistTorch

/// A law whose outcome is one joint draw from several laws of a batch: the last `axes` batch axes
/// become the first event axes.
public struct Independent<Base: TensorDistribution>: TensorDistribution {
    /// The law with these axes in its batch.
    public let base: Base
    /// The number of batch axes that become event axes.
    public let axes: Int

    /// Moves the last `axes` batch axes into the event.
    public init(_ base: Base, axes: Int) {
        requireEventRank("Independent", base.batchShape, axes)
        self.base = base
        self.axes = axes
    }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { base.batchShape.dropLast(axes) }
    /// The axes of one outcome.
    public var eventShape: [Int] { base.batchShape.suffix(axes) + base.eventShape }

    /// Independent draws.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        base.sample(shape, using: &generator)
    }

    /// Draws with their log-densities.
    public func draw(_ shape: [Int], using generator: inout Generator) -> Draw {
        summed(base.draw(shape, using: &generator))
    }

    private func summed(_ draw: Draw) -> Draw {
        Draw(value: draw.value, logDensity: draw.logDensity.summed(lastAxes: axes))
    }

    /// The sum of the base's log-densities.
    public func logDensity(_ value: Tensor) -> Tensor {
        base.logDensity(value).summed(lastAxes: axes)
    }

    /// The sum of the base's entropies.
    public var entropy: Tensor? { base.entropy?.summed(lastAxes: axes) }

    /// Whether the base is valid.
    public var isValid: Bool { base.isValid }
}

extension Independent: ReparameterizedDistribution where Base: ReparameterizedDistribution {
    /// Differentiable draws.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        base.reparameterizedSample(shape, using: &generator)
    }

    /// Differentiable draws with their log-densities.
    public func reparameterizedDraw(
        _ shape: [Int], using generator: inout Generator
    ) -> Draw {
        summed(base.reparameterizedDraw(shape, using: &generator))
    }
}

extension Independent: DistributionWithMoments where Base: DistributionWithMoments {
    /// The base's mean.
    public var mean: Tensor { base.mean }
    /// The base's variance.
    public var variance: Tensor { base.variance }
}

extension Independent: DistributionWithMode where Base: DistributionWithMode {
    /// The base's modes.
    public var mode: Tensor { base.mode }
}
