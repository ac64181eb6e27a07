import Foundation
import OptimistCore
import OptimistTorch

/// The law of tanh u for a normal u: bounded actions in (−1, 1).
///
/// The log-density of own draws is taken at the u that they came from, and is exact there however
/// large u is (Haarnoja et al., 2018, appendix C). That of a given action takes u = atanh(action)
/// after moving the action inside (−1, 1) by the rounding of its element type: near the bounds it
/// is only as good as the action's digits, so learners keep u where they can.
public struct TanhNormal: ReparameterizedDistribution {
    /// The law of u.
    public let base: Normal

    /// The law of the hyperbolic tangent of a normal draw.
    public init(_ base: Normal) { self.base = base }

    /// The law given the mean and the standard deviation of u.
    public init(mean: Tensor, standardDeviation: Tensor, eventRank: Int) {
        base = Normal(mean: mean, standardDeviation: standardDeviation, eventRank: eventRank)
    }

    /// The law given the mean and the logarithm of the standard deviation of u.
    public init(mean: Tensor, logStandardDeviation: Tensor, eventRank: Int) {
        base = Normal(
            mean: mean, logStandardDeviation: logStandardDeviation, eventRank: eventRank)
    }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { base.batchShape }
    /// The axes of one outcome.
    public var eventShape: [Int] { base.eventShape }

    /// The median of each element, tanh of the mean of u: the usual deterministic action.
    public var median: Tensor { base.mean.tanh() }

    /// Not known in closed form.
    public var entropy: Tensor? { nil }

    /// Whether the parameters of u are valid.
    public var isValid: Bool { base.isValid }

    /// Differentiable draws.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        base.reparameterizedSample(shape, using: &generator).tanh()
    }

    /// Differentiable draws with their exact log-densities.
    public func reparameterizedDraw(
        _ shape: [Int], using generator: inout Generator
    ) -> Draw {
        draw(from: base.reparameterizedSample(shape, using: &generator))
    }

    /// Draws with their exact log-densities.
    public func draw(_ shape: [Int], using generator: inout Generator) -> Draw {
        draw(from: base.sample(shape, using: &generator))
    }

    private func draw(from unsquashed: Tensor) -> Draw {
        Draw(value: unsquashed.tanh(), logDensity: logDensity(unsquashed: unsquashed))
    }

    /// The log-density at tanh u, given u, `[sample..., batch...]`:
    /// log N(u) − Σ 2 (log 2 − u − softplus(−2u)).
    public func logDensity(unsquashed: Tensor) -> Tensor {
        // log(1 − tanh² u) = 2 (log 2 − u + log sigmoid(2u)), without overflow on either side.
        let bend = (unsquashed * 2).logSigmoid() - unsquashed
        let constant = base.normalizer + 2 * log(2) * Double(base.eventCount)
        return -constant - (base.energy(unsquashed) + bend * 2).summed(lastAxes: base.eventRank)
    }

    /// The log-density of actions in [−1, 1], `[sample..., batch...]`.
    public func logDensity(_ value: Tensor) -> Tensor {
        logDensity(unsquashed: TanhNormal.unsquashed(value))
    }

    /// u = atanh(action), with actions at or beyond ±1 moved to the nearest number inside.
    public static func unsquashed(_ action: Tensor) -> Tensor {
        let limit = action.elementType == .float64 ? (1.0).nextDown : Double((1 as Float).nextDown)
        return action.clamped(-limit, limit).atanh()
    }
}
