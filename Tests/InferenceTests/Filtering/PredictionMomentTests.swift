import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The moments that filters predict through a square, and the settings they come with.
@Suite struct PredictionMomentTests {
    private func squaring(mean: Double, variance: Double) -> NonlinearGaussianModel {
        NonlinearGaussianModel(
            initial: GaussianMoments(mean: mean, variance: variance),
            transition: SmoothFunction { state, _ in [state[0] * state[0]] },
            transitionNoise: [[0]], emission: .linear([[1]]), emissionNoise: [[1]])
    }

    @Test(arguments: [(0.0, 1.0), (0.7, 1.3), (-2, 0.4)])
    func `unscented predictions of a square are exact, linearized ones are not`(
        mean: Double, variance: Double
    ) throws {
        let model = squaring(mean: mean, variance: variance)
        let points = SigmaPoints(alpha: 1, beta: 0, kappa: 2)
        var unscented = UnscentedKalmanFilter(model, points: points)
        let next = try unscented.predict(model.initial, action: nil, step: 0)
        #expect(abs(next.mean[0] - (mean * mean + variance)) < 1e-13)
        let expected = 4 * mean * mean * variance + 2 * variance * variance
        #expect(abs(next.covariance[0, 0] - expected) < 1e-12)
        var extended = ExtendedKalmanFilter(model)
        let linear = try extended.predict(model.initial, action: nil, step: 0)
        #expect(abs(linear.mean[0] - mean * mean) < 1e-15)
        #expect(abs(linear.covariance[0, 0] - 4 * mean * mean * variance) < 1e-14)
    }

    @Test func `filters start with the documented settings`() {
        #expect(SigmaPoints.cubature == SigmaPoints(alpha: 1, beta: 0, kappa: 0))
        #expect(UnscentedKalmanFilter(squaring(mean: 0, variance: 1)).points == .cubature)
        let particles = ParticleFilter(NileModel(), generator: Generator(seed: 1))
        #expect(particles.count == 1000 && particles.threshold == 0.5)
        #expect(particles.resampling == .systematic)
    }
}
