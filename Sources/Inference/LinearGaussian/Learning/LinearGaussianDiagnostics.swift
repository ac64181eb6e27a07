import Foundation
import OptimistLinearAlgebra

/// How well a filter's claims fit what was seen.
public struct LinearGaussianDiagnostics: Sendable, Equatable {
    /// Innovations multiplied by the inverse Cholesky factor of their covariance, step by step, the
    /// observed components only: independent standard normal numbers if the model is right.
    public let standardizedInnovations: [[Double]]
    /// eᵀ S⁻¹ e of every observed step, the normalized innovation squared (NIS): chi-square with as
    /// many degrees of freedom as components.
    public let normalizedInnovations: [Double]
    /// Σ_t ½ log(det S_t / det D_t), in nats: the mutual information of states and observations.
    public let informationGain: Double

    /// The sample autocorrelation of the standardized innovations of one component at a lag.
    public func autocorrelation(component: Int = 0, lag: Int) -> Double {
        let values = standardizedInnovations.filter { $0.count > component }.map { $0[component] }
        let mean = values.reduce(0, +) / Double(values.count)
        var (product, squares) = (0.0, 0.0)
        for i in values.indices {
            squares += (values[i] - mean) * (values[i] - mean)
            if i >= lag { product += (values[i] - mean) * (values[i - lag] - mean) }
        }
        return product / squares
    }

    /// The statistic of Ljung and Box (1978) over the first lags: about chi-square with as many
    /// degrees of freedom as lags, less those of fitted parameters.
    public func ljungBox(component: Int = 0, lags: Int) -> Double {
        let count = Double(standardizedInnovations.filter { $0.count > component }.count)
        return (1...lags).reduce(0) { sum, lag in
            let correlation = autocorrelation(component: component, lag: lag)
            return sum + count * (count + 2) * correlation * correlation / (count - Double(lag))
        }
    }
}

extension LinearGaussianModel {
    /// Diagnostics of a run; steps whose prediction a flat first law leaves open are not counted.
    ///
    /// - Throws: `LinearGaussianError`; `.notPositiveDefinite` where D is singular.
    public func diagnostics(
        of sequence: LinearGaussianSequence
    ) throws -> LinearGaussianDiagnostics {
        let result = try filter(sequence)
        var (standardized, squares, gain) = ([[Double]](), [Double](), 0.0)
        let first = initial == .exactDiffuse ? result.undeterminedCount + 1 : 0
        for step in first..<max(first, sequence.count) {
            let observed = sequence.observed(step)
            if observed.isEmpty { continue }
            let innovation = try Innovation(
                model: self, step: step, observed: observed,
                observation: sequence.observations.row(step), input: sequence.inputs?.row(step),
                predicted: result.predicted[step])
            var white = innovation.residual
            innovation.factor.factor.solve(.lower, &white)
            standardized.append(white)
            squares.append(dot(white, white))
            let noise = try locating(step: step, "emissionNoise") {
                try Cholesky(innovation.noise).logDeterminant
            }
            gain += 0.5 * (innovation.factor.logDeterminant - noise)
        }
        return LinearGaussianDiagnostics(
            standardizedInnovations: standardized, normalizedInnovations: squares,
            informationGain: gain)
    }

    /// (s_t − m_t)ᵀ P_t⁻¹ (s_t − m_t) of true states under filtered laws, the normalized estimation
    /// error squared (NEES): each chi-square with as many degrees of freedom as states.
    ///
    /// - Throws: `LinearGaussianError.notPositiveDefinite` for a singular filtered covariance.
    public func normalizedEstimationErrors(
        states: Matrix, _ sequence: LinearGaussianSequence
    ) throws -> [Double] {
        let result = try filter(sequence)
        return try (result.undeterminedCount..<sequence.count).map { step in
            let law = result.filtered[step]
            return try locating(step: step, "the filtered covariance") {
                try Cholesky(law.covariance).inverseQuadratic(
                    subtract(states.row(step), law.mean))
            }
        }
    }
}
