import Foundation
import OptimistCore
import OptimistTorch

/// Normal laws with independent elements: the last `eventRank` axes form one outcome.
///
/// Parameters broadcast with each other. The standard deviation or its logarithm may be given;
/// what was given is used as it is.
public struct Normal: ReparameterizedDistribution, DistributionWithMoments, DistributionWithMode {
    /// The mean, `[batch..., event...]`.
    public let mean: Tensor
    /// The standard deviation, which broadcasts to the mean's shape.
    public let standardDeviation: Tensor
    /// The number of axes of one outcome.
    public let eventRank: Int
    /// The batch axes followed by the event axes.
    public let shape: [Int]

    private let givenLogarithm: Tensor?

    /// A law with the given standard deviation, positive.
    public init(mean: Tensor, standardDeviation: Tensor, eventRank: Int) {
        self.init(mean, standardDeviation, nil, eventRank)
    }

    /// A law with the given logarithm of the standard deviation.
    public init(mean: Tensor, logStandardDeviation: Tensor, eventRank: Int) {
        self.init(mean, logStandardDeviation.exp(), logStandardDeviation, eventRank)
    }

    /// A law with one standard deviation for all elements.
    public init(mean: Tensor, standardDeviation: Double, eventRank: Int) {
        let number = Tensor(standardDeviation, type: mean.elementType, device: mean.device)
        self.init(mean, number, nil, eventRank)
    }

    private init(
        _ mean: Tensor, _ standardDeviation: Tensor, _ logarithm: Tensor?, _ eventRank: Int
    ) {
        let given = mean.shape
        shape = broadcastShape("Normal", given, standardDeviation.shape)
        requireEventRank("Normal", shape, eventRank)
        self.mean = given == shape ? mean : mean.expanded(shape)
        self.standardDeviation = standardDeviation
        self.eventRank = eventRank
        givenLogarithm = logarithm
    }

    /// Laws of mean 0 and standard deviation 1.
    public static func standard(
        _ shape: [Int], eventRank: Int, type: ElementType = .float32, device: Device = .cpu
    ) -> Normal {
        let zeros = Tensor.zeros(shape, type: type, device: device)
        let zero = Tensor(0, type: type, device: device)
        return Normal(zeros, zero + 1, zero, eventRank)
    }

    /// The logarithm of the standard deviation.
    public var logStandardDeviation: Tensor { givenLogarithm ?? standardDeviation.log() }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { Array(shape.dropLast(eventRank)) }
    /// The axes of one outcome.
    public var eventShape: [Int] { Array(shape.suffix(eventRank)) }

    /// The variance of each element.
    public var variance: Tensor { standardDeviation.square().broadcast(to: shape) }
    /// The mean.
    public var mode: Tensor { mean }

    /// Differentiable draws: mean + standardDeviation · noise.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        let noise = Tensor.normal(
            shape + self.shape, type: mean.elementType, device: mean.device, using: &generator)
        return noise * standardDeviation + mean
    }

    /// The log-density, `[sample..., batch...]`, in nats.
    public func logDensity(_ value: Tensor) -> Tensor {
        -normalizer - energy(value).summed(lastAxes: eventRank)
    }

    /// ½ z² + log σ for each element: the negative log-density short of a constant.
    @inline(__always)
    func energy(_ value: Tensor) -> Tensor {
        requireEvent("Normal.logDensity", value, shape, eventRank)
        let standardized = (value - mean) / standardDeviation
        return standardized.square() * 0.5 + logStandardDeviation
    }

    /// The constant of the log-density of one outcome, negated.
    var normalizer: Double { Double(eventCount) * logSqrtTwoPi }

    /// The number of elements of one outcome.
    var eventCount: Int { shape.suffix(eventRank).reduce(1, *) }

    /// Σ (log σ + ½ log 2πe).
    public var entropy: Tensor? {
        let logarithms = logStandardDeviation.broadcast(to: shape).summed(lastAxes: eventRank)
        return logarithms + (normalizer + 0.5 * Double(eventCount))
    }

    /// Whether the parameters are finite and the standard deviation positive.
    public var isValid: Bool {
        allTrue([mean.isFinite(), standardDeviation.isFinite(), standardDeviation .> 0])
    }
}
