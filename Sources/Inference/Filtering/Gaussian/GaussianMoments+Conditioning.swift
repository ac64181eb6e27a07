import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension GaussianMoments {
    /// A Gaussian over one number.
    public init(mean: Double, variance: Double) {
        self.init(mean: [mean], covariance: Matrix([[variance]]))
    }

    /// A point, known for certain.
    public static func certain(_ point: [Double]) -> GaussianMoments {
        GaussianMoments(mean: point, covariance: Matrix(rows: point.count, columns: point.count))
    }

    /// The law of M s + offset + noise.
    public func propagated(
        through matrix: Matrix, offset: [Double]? = nil, noise: Matrix
    ) -> GaussianMoments {
        var next = matrix * mean
        if let offset { add(offset, times: 1, to: &next) }
        return GaussianMoments(mean: next, covariance: matrix.sandwich(covariance) + noise)
    }

    /// Bayes' rule for an observation x = H s + … + v, v ~ N(0, noise), whose prediction is given.
    ///
    /// The covariance is updated in Joseph's form, (1 − K H) P (1 − K H)ᵀ + K D Kᵀ, which stays
    /// positive semidefinite for any gain.
    ///
    /// - Parameters:
    ///   - innovation: the observation minus its predicted mean, `[observation]`.
    ///   - emission: H, `[observation, state]`.
    ///   - noise: D, `[observation, observation]`.
    /// - Returns: the posterior and log N(x; predicted mean, H P Hᵀ + D) in nats.
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where H P Hᵀ + D is not.
    public func conditioned(
        onInnovation innovation: [Double], emission: Matrix, noise: Matrix
    ) throws(LinearAlgebraError) -> (posterior: GaussianMoments, logLikelihood: Double) {
        let emitted = emission * covariance
        let innovationCovariance = (emitted.timesTransposed(emission) + noise).symmetrized
        let cholesky = try Cholesky(innovationCovariance)
        let gain = cholesky.solution(emitted).transposed
        var posteriorMean = mean
        Matrix.multiply(gain, innovation, into: &posteriorMean, adding: true)
        let kept = Matrix.identity(mean.count) - gain * emission
        let posterior = GaussianMoments(
            mean: posteriorMean, covariance: kept.sandwich(covariance) + gain.sandwich(noise))
        return (posterior, cholesky.logGaussianDensity(innovation))
    }

    /// A draw from the law.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where the covariance is not even
    ///   semidefinite.
    public func sample(_ generator: inout Generator) throws(LinearAlgebraError) -> [Double] {
        let standard = mean.map { _ in generator.normal() }
        var draw = mean
        Matrix.multiply(try covariance.semidefiniteRoot(), standard, into: &draw, adding: true)
        return draw
    }

    /// Whether every number is finite.
    public var isFinite: Bool { mean.allSatisfy(\.isFinite) && covariance.isFinite }
}

extension Cholesky {
    /// log N(difference; 0, A) in nats, A being the factored matrix.
    func logGaussianDensity(_ difference: [Double]) -> Double {
        -(Double(difference.count) * log(2 * Double.pi) + logDeterminant
            + inverseQuadratic(difference)) / 2
    }
}
