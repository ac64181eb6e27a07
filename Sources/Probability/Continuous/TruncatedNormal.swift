import Foundation
import OptimistCore
import OptimistTorch

/// Normal laws restricted to [low, high] and normalized there, with independent elements.
///
/// Masses and moments are worked out in logarithms of the nearer tail, so that a law whose
/// unrestricted mean lies many standard deviations outside stays usable.
public struct TruncatedNormal: ReparameterizedDistribution, DistributionWithMoments,
    DistributionWithMode
{
    /// The mean before the restriction.
    public let location: Tensor
    /// The standard deviation before the restriction, positive.
    public let scale: Tensor
    /// The lower bounds, finite.
    public let low: Tensor
    /// The upper bounds, finite.
    public let high: Tensor
    /// The number of axes of one outcome.
    public let eventRank: Int
    /// The batch axes followed by the event axes.
    public let shape: [Int]

    /// The law with bounds that broadcast with the other parameters.
    public init(location: Tensor, scale: Tensor, low: Tensor, high: Tensor, eventRank: Int) {
        let name = "TruncatedNormal"
        let parameters = broadcastShape(name, location.shape, scale.shape)
        let bounds = broadcastShape(name, low.shape, high.shape)
        shape = broadcastShape(name, parameters, bounds)
        requireEventRank(name, shape, eventRank)
        self.location = location.broadcast(to: shape)
        self.scale = scale
        self.low = low
        self.high = high
        self.eventRank = eventRank
    }

    /// The law on one interval for all elements.
    public init(
        location: Tensor, scale: Tensor, low: Double = -1, high: Double = 1, eventRank: Int
    ) {
        func number(_ value: Double) -> Tensor {
            Tensor(value, type: location.elementType, device: location.device)
        }
        self.init(
            location: location, scale: scale, low: number(low), high: number(high),
            eventRank: eventRank)
    }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { Array(shape.dropLast(eventRank)) }
    /// The axes of one outcome.
    public var eventShape: [Int] { Array(shape.suffix(eventRank)) }

    /// The location moved into the bounds.
    public var mode: Tensor { location.maximum(low).minimum(high) }
    /// The mean of the restricted law.
    public var mean: Tensor { edges.mean }
    /// The variance of the restricted law.
    public var variance: Tensor { edges.variance }

    /// The log-density, `[sample..., batch...]`; −∞ outside of the bounds.
    public func logDensity(_ value: Tensor) -> Tensor {
        requireEvent("TruncatedNormal.logDensity", value, shape, eventRank)
        let standardized = (value - location) / scale
        let normalizer = scale.log() + edges.logMass + logSqrtTwoPi
        let inside = standardized.square() * -0.5 - normalizer
        let outside = (value .< low) .| (value .> high)
        return inside.maskedFill(outside, -.infinity).summed(lastAxes: eventRank)
    }

    /// Σ log(σ Z √(2πe)) + (a φ(a) − b φ(b)) / 2Z, with standardized bounds a, b and mass Z.
    public var entropy: Tensor? {
        let edges = self.edges
        let bend = (edges.low * edges.lowRatio - edges.high * edges.highRatio) * 0.5
        let each = scale.log() + edges.logMass + bend + (logSqrtTwoPi + 0.5)
        return each.broadcast(to: shape).summed(lastAxes: eventRank)
    }

    /// Whether the parameters are finite, the scale positive and the bounds in order.
    public var isValid: Bool {
        allTrue([
            location.isFinite(), scale.isFinite(), low.isFinite(), high.isFinite(), scale .> 0,
            high .> low,
        ])
    }

    /// The standardized bounds with the mass between them.
    var edges: TruncationEdges {
        TruncationEdges(location: location, scale: scale, low: low, high: high)
    }
}

/// The bounds of truncated normal laws in standard units, and what follows from them.
struct TruncationEdges {
    let location: Tensor
    let scale: Tensor
    /// a = (low − location) / scale.
    let low: Tensor
    /// b = (high − location) / scale.
    let high: Tensor
    /// log (Φ(b) − Φ(a)).
    let logMass: Tensor

    init(location: Tensor, scale: Tensor, low: Tensor, high: Tensor) {
        self.location = location
        self.scale = scale
        self.low = (low - location) / scale
        self.high = (high - location) / scale
        // The tail that lies farther out is mirrored to the left, where Φ has all its digits.
        let mirrored = self.low + self.high .> 0
        let left = Tensor.where(mirrored, -self.high, self.low)
        let right = Tensor.where(mirrored, -self.low, self.high)
        let logRight = right.logNormalCDF()
        logMass = logRight + (-(left.logNormalCDF() - logRight).expm1()).log()
    }

    /// φ(a) / Z.
    var lowRatio: Tensor { ratio(low) }
    /// φ(b) / Z.
    var highRatio: Tensor { ratio(high) }

    private func ratio(_ edge: Tensor) -> Tensor {
        (edge.square() * -0.5 - logMass - logSqrtTwoPi).exp()
    }

    /// location + scale (φ(a) − φ(b)) / Z.
    var mean: Tensor { location + scale * (lowRatio - highRatio) }

    /// scale² (1 + (a φ(a) − b φ(b)) / Z − ((φ(a) − φ(b)) / Z)²).
    var variance: Tensor {
        let (first, second) = (lowRatio, highRatio)
        let bend = low * first - high * second + 1
        return scale.square() * (bend - (first - second).square())
    }
}
