import Foundation
import OptimistTorch

/// y = eˣ, onto the positive numbers.
public struct ExpMap: Bijector {
    /// The exponential.
    public init() {}
    /// 0: element by element.
    public var eventRank: Int { 0 }
    /// eˣ.
    public func forward(_ value: Tensor) -> Tensor { value.exp() }
    /// log y.
    public func inverse(_ value: Tensor) -> Tensor { value.log() }
    /// x.
    public func logDeterminant(at value: Tensor) -> Tensor { value }
    /// Whether the other map is the exponential.
    public func isSame(as other: any Bijector) -> Bool { other is ExpMap }
}

/// y = tanh x, onto (−1, 1).
public struct TanhMap: Bijector {
    /// The hyperbolic tangent.
    public init() {}
    /// 0: element by element.
    public var eventRank: Int { 0 }
    /// tanh x.
    public func forward(_ value: Tensor) -> Tensor { value.tanh() }
    /// atanh y, with values at or beyond ±1 moved to the nearest number inside.
    public func inverse(_ value: Tensor) -> Tensor { TanhNormal.unsquashed(value) }
    /// log(1 − tanh² x) = 2 (log 2 − x − softplus(−2x)).
    public func logDeterminant(at value: Tensor) -> Tensor {
        ((value * 2).logSigmoid() - value + log(2)) * 2
    }
    /// Whether the other map is the hyperbolic tangent.
    public func isSame(as other: any Bijector) -> Bool { other is TanhMap }
}

/// y = 1 / (1 + e⁻ˣ), onto (0, 1).
public struct SigmoidMap: Bijector {
    /// The logistic function.
    public init() {}
    /// 0: element by element.
    public var eventRank: Int { 0 }
    /// 1 / (1 + e⁻ˣ).
    public func forward(_ value: Tensor) -> Tensor { value.sigmoid() }

    /// log(y / (1 − y)), with values at or beyond 0 and 1 moved inside.
    public func inverse(_ value: Tensor) -> Tensor {
        let inside =
            value.elementType == .float64
            ? value.clamped(Double.leastNormalMagnitude, (1.0).nextDown)
            : value.clamped(Double(Float.leastNormalMagnitude), Double((1 as Float).nextDown))
        return inside.log() - (-inside).log1p()
    }

    /// log y + log(1 − y).
    public func logDeterminant(at value: Tensor) -> Tensor {
        value.logSigmoid() + (-value).logSigmoid()
    }
    /// Whether the other map is the logistic function.
    public func isSame(as other: any Bijector) -> Bool { other is SigmoidMap }
}
