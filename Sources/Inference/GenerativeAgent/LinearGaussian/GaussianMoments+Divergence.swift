import OptimistCore
import OptimistLinearAlgebra

extension GaussianMoments {
    /// KL(self ‖ other) in nats.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where one of the covariances is not.
    public func divergence(from other: GaussianMoments) throws(LinearAlgebraError) -> Double {
        if mean.count != other.mean.count {
            fail("GaussianMoments.divergence", "\(mean.count) against \(other.mean.count)")
        }
        let (own, its) = (try Cholesky(covariance), try Cholesky(other.covariance))
        let ratio = its.solution(covariance)
        let trace = ratio.diagonal.reduce(0, +)
        let distance = its.inverseQuadratic(subtract(mean, other.mean))
        let volumes = its.logDeterminant - own.logDeterminant
        return (trace + distance - Double(mean.count) + volumes) / 2
    }

    /// E[log N(x; C z + d, R)] for z of this law, in nats.
    ///
    /// - Parameters:
    ///   - observation: x, `[observation]`.
    ///   - emission: C, `[observation, state]`.
    ///   - offset: d, `[observation]`; zero if nil.
    ///   - noise: R, `[observation, observation]`.
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where R is not.
    public func expectedLogLikelihood(
        of observation: [Double], emission: Matrix, offset: [Double]? = nil, noise: Matrix
    ) throws(LinearAlgebraError) -> Double {
        let cholesky = try Cholesky(noise)
        var difference = subtract(observation, emission * mean)
        if let offset { difference = subtract(difference, offset) }
        let spread = emission.sandwich(covariance)
        let trace = cholesky.solution(spread).diagonal.reduce(0, +)
        return cholesky.logGaussianDensity(difference) - trace / 2
    }

    /// ½ log |I + R⁻¹ C P Cᵀ|: what an observation C z + noise tells of z of this law, in nats
    /// (the mutual information); it does not depend on the mean.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where R is not.
    public func mutualInformation(
        emission: Matrix, noise: Matrix
    ) throws(LinearAlgebraError) -> Double {
        let emitted = emission.sandwich(covariance) + noise
        return (try Cholesky(emitted).logDeterminant - Cholesky(noise).logDeterminant) / 2
    }
}
