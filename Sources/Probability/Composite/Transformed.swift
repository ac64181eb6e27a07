import OptimistCore
import OptimistTorch

/// The law of f(x) for an invertible map f and x drawn from a base law.
public struct Transformed<Base: TensorDistribution, Map: Bijector>: TensorDistribution {
    /// The law of x.
    public let base: Base
    /// f.
    public let map: Map

    /// The law of f(x); one outcome of the base holds at least the axes that the map mixes.
    public init(_ base: Base, by map: Map) {
        if base.eventRank < map.eventRank {
            fail(
                "Transformed",
                "the map mixes \(map.eventRank) axes, the base has \(base.eventRank) event axes")
        }
        self.base = base
        self.map = map
    }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { base.batchShape }
    /// The axes of one outcome.
    public var eventShape: [Int] { base.eventShape }

    /// Independent draws, constants to gradients.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        withoutGradient { map.forward(base.sample(shape, using: &generator)) }
    }

    /// Draws with log-densities taken at the draws of the base that they came from; where the map
    /// has parameters that are being learned, at the inverse of the draws, because a log-density is
    /// differentiated at a fixed value.
    public func draw(_ shape: [Int], using generator: inout Generator) -> Draw {
        let draw = transformed(base.draw(shape, using: &generator))
        if !draw.value.requiresGradient { return draw }
        let value = draw.value.detached()
        return Draw(value: value, logDensity: logDensity(value))
    }

    private func transformed(_ draw: Draw) -> Draw {
        let image = map.forwardImage(draw.value)
        return Draw(
            value: image.value,
            logDensity: draw.logDensity - summed(image.logDeterminant))
    }

    private func summed(_ logDeterminant: Tensor) -> Tensor {
        logDeterminant.summed(lastAxes: base.eventRank - map.eventRank)
    }

    /// log p(f⁻¹(y)) − log |det f′|.
    public func logDensity(_ value: Tensor) -> Tensor {
        let origin = map.inverseImage(value)
        return base.logDensity(origin.value) - summed(origin.logDeterminant)
    }

    /// The base's entropy and the log-determinant, where the latter is constant.
    public var entropy: Tensor? {
        guard let known = base.entropy,
            let constant = map.constantLogDeterminant(shape: batchShape + eventShape)
        else { return nil }
        return known + summed(constant)
    }

    /// Whether the base is valid.
    public var isValid: Bool { base.isValid }
}

extension Transformed: ReparameterizedDistribution where Base: ReparameterizedDistribution {
    /// Differentiable draws.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        map.forward(base.reparameterizedSample(shape, using: &generator))
    }

    /// Differentiable draws with log-densities taken at the draws of the base.
    public func reparameterizedDraw(
        _ shape: [Int], using generator: inout Generator
    ) -> Draw {
        transformed(base.reparameterizedDraw(shape, using: &generator))
    }
}
