import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A policy a ~ N(k − K s, covariance); deterministic where the covariance is zero.
public struct LinearGaussianPolicy: Sendable, Equatable {
    /// K, `[action, state]`; note the sign.
    public var gain: Matrix
    /// k, `[action]`.
    public var offset: [Double]
    /// The covariance, `[action, action]`.
    public var covariance: Matrix

    /// A policy with its parts given.
    public init(gain: Matrix, offset: [Double]? = nil, covariance: Matrix? = nil) {
        self.gain = gain
        self.offset = offset ?? Array(repeating: 0, count: gain.rows)
        self.covariance = covariance ?? Matrix(rows: gain.rows, columns: gain.rows)
    }

    /// The mean action in a state.
    public func mean(_ state: [Double]) -> [Double] { subtract(offset, gain * state) }

    /// The law of the action in a state.
    public func law(_ state: [Double]) -> GaussianMoments {
        GaussianMoments(mean: mean(state), covariance: covariance)
    }

    /// The entropy of the action in nats, the same in every state.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where the policy is deterministic.
    public func entropy() throws(LinearAlgebraError) -> Double {
        let size = Double(covariance.rows)
        return (size * log(2 * Double.pi * M_E) + (try Cholesky(covariance)).logDeterminant) / 2
    }
}
