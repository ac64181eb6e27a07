import OptimistLinearAlgebra

/// A Gaussian law of a state, by its moments.
public struct GaussianMoments: Equatable, Sendable {
    /// The mean, `[state]`.
    public var mean: [Double]
    /// The covariance, `[state, state]`, positive semi-definite.
    public var covariance: Matrix

    /// A law with its moments given.
    public init(mean: [Double], covariance: Matrix) {
        self.mean = mean
        self.covariance = covariance
    }

    /// The variance of every component, `[state]`.
    public var variances: [Double] { covariance.diagonal }
}
