import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// A rotation that turns faster and faster, seen through one coordinate with noise.
struct Chirp {
    let truth: ParameterFlowKalman
    let observations: Matrix

    static func rotation(_ angle: Double) -> Matrix {
        Matrix([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    }

    init(seed: UInt64, steps: Int = 200) throws {
        truth = ParameterFlowKalman(
            transitionField: MatrixField(left: Matrix([[0, -0.004], [0.004, 0]])),
            transitionStart: Chirp.rotation(0.2),
            noise: try NoiseFlow(covariance: 0.01 * .identity(2)), emission: Matrix([[1, 0]]),
            emissionNoise: Matrix([[0.1]]),
            initial: GaussianMoments(mean: [2, 0], covariance: 0.1 * .identity(2)))
        var generator = Generator(seed: seed).split("chirp")
        observations = try truth.model(count: steps).sample(steps: steps, using: &generator)
            .sequence.observations
    }

    var trueLogLikelihood: Double {
        get throws { try truth.logLikelihood(observations) }
    }

    /// From a field at rest and five times the noise.
    func fitFlow() throws -> ParameterFlowKalman.Fit {
        var start = truth
        start.transitionField = MatrixField(left: Matrix(rows: 2, columns: 2))
        start.noise = try NoiseFlow(covariance: 0.05 * .identity(2))
        return try start.fit([.transitionField, .noiseScale], to: [(observations, nil)])
    }

    /// The best log likelihood of a fixed model with E and the full F free, from several rotations.
    func fitFixed() throws -> Double {
        try [0.2, 0.6, 1.0].map { angle in
            let start = try LinearGaussianModel(
                initial: .atTimeZero(truth.initial), transition: 0.95 * Chirp.rotation(angle),
                transitionNoise: 0.05 * .identity(2), emission: truth.emission,
                emissionNoise: truth.emissionNoise)
            let blocks = try BlockParameterization(start, free: [.transition, .transitionNoise])
            return try MaximumLikelihood(
                minimizer: LBFGSMinimizer(iterationLimit: 100, gradientTolerance: 1e-6)
            ).fit(
                blocks, to: [LinearGaussianSequence(observations: observations)],
                from: blocks.start
            ).logLikelihood
        }.max() ?? -.infinity
    }
}
