import Foundation
import OptimistLinearAlgebra

/// What one observation says about a predicted state: the innovation e = x − C m − G a − d of the
/// observed components, its covariance S = C P Cᵀ + D, and the gain.
struct Innovation {
    let observed: [Int]
    /// C of the observed components, `[observed, state]`.
    let emission: Matrix
    /// D of the observed components.
    let noise: Matrix
    /// e.
    let residual: [Double]
    /// S, factored.
    let factor: Cholesky
    /// Kᵀ, `[observed, state]`.
    let gainTransposed: Matrix
    private let predicted: GaussianMoments

    /// - Throws: `LinearGaussianError.notPositiveDefinite` for S.
    init(
        model: LinearGaussianModel, step: Int, observed: [Int], observation: [Double],
        input: [Double]?, predicted: GaussianMoments
    ) throws {
        self.observed = observed
        self.predicted = predicted
        let (full, fullNoise) = (model.emission[step], model.emissionNoise[step])
        if observed.count == full.rows {
            (emission, noise) = (full, fullNoise)
        } else {
            emission = Matrix(rows: observed.count, columns: full.columns) {
                full[observed[$0], $1]
            }
            noise = Matrix(rows: observed.count, columns: observed.count) {
                fullNoise[observed[$0], observed[$1]]
            }
        }
        let shift = model.emissionShift(step, input)
        let mean = emission * predicted.mean
        residual = observed.indices.map {
            observation[observed[$0]] - mean[$0] - shift[observed[$0]]
        }
        let cross = emission * predicted.covariance
        let covariance = (cross.timesTransposed(emission) + noise).symmetrized
        factor = try locating(step: step, "the covariance of the innovation") {
            try Cholesky(covariance)
        }
        gainTransposed = factor.solution(cross)
    }

    /// The law of the state given the observation, by Joseph's update.
    var filtered: GaussianMoments {
        var mean = predicted.mean
        Matrix.multiply(transposed: gainTransposed, residual, into: &mean, adding: true)
        let gain = gainTransposed.transposed
        let covariance = keep.sandwich(predicted.covariance) + gain.sandwich(noise)
        return GaussianMoments(mean: mean, covariance: covariance)
    }

    /// I − K C.
    var keep: Matrix {
        Matrix.identity(emission.columns) - Matrix.transposed(gainTransposed, times: emission)
    }

    /// log N(e; 0, S), in nats.
    var logLikelihood: Double {
        -0.5
            * (Double(observed.count) * log(2 * .pi) + factor.logDeterminant
                + factor.inverseQuadratic(residual))
    }
}
