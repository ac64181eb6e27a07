import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct GridFilterTests {
    private let variances = (initial: 1.0, transition: 0.2, emission: 0.3)
    private let observations: [Double?] = [0.5, nil, -0.2, 1.1, 0.4]

    private func grid(
        cells: Int, low: Double = -8, high: Double = 8,
        mean: @escaping (Double) -> Double, emission: @escaping (Double) -> Double
    ) -> GridFilter<Double, Never> {
        let variances = variances
        return GridFilter(
            low: low, high: high, cells: cells,
            logInitial: { logNormal($0, variance: variances.initial) },
            logTransition: { next, state, _ in
                logNormal(next - mean(state), variance: variances.transition)
            },
            logEmission: { observation, state, _ in
                logNormal(observation - emission(state), variance: variances.emission)
            })
    }

    @Test func `on a linear model the grid is the Kalman filter`() throws {
        var grid = grid(cells: 400, mean: { 0.9 * $0 }, emission: { $0 })
        let result = try grid.run(observations)
        let exact = try KalmanOracle(
            initial: GaussianMoments(mean: 0, variance: variances.initial),
            transition: { _ in [[0.9]] }, offset: { _ in [0] },
            transitionNoise: { [variances] _ in [[variances.transition]] }, emission: [[1]],
            emissionNoise: [[variances.emission]]
        ).run(observations.map { $0.map { [$0] } })
        for step in observations.indices {
            #expect(abs(result.logLikelihoods[step] - exact.logLikelihoods[step]) < 1e-10)
            #expect(abs(result.beliefs[step].mean - exact.beliefs[step].mean[0]) < 1e-10)
            #expect(
                abs(result.beliefs[step].variance - exact.beliefs[step].covariance[0, 0]) < 1e-10)
        }
    }

    /// Two thousand cells against ten times fewer, and every other filter against the grid.
    @Test func `on a nonlinear model the other filters come near the grid`() throws {
        let mean = { (state: Double) in state + 0.3 * sin(state) }
        let emission = { (state: Double) in state + 0.05 * state * state * state }
        var fine = grid(cells: 2000, mean: mean, emission: emission)
        let exact = try fine.run(observations)
        var coarse = grid(cells: 200, mean: mean, emission: emission)
        #expect(abs(try coarse.run(observations).logEvidence - exact.logEvidence) < 1e-9)

        let model = NonlinearGaussianModel(
            initial: GaussianMoments(mean: 0, variance: variances.initial),
            transition: SmoothFunction { s, _ in [s[0] + 0.3 * sin(s[0])] },
            transitionNoise: [[variances.transition]],
            emission: SmoothFunction { s, _ in [s[0] + 0.05 * s[0] * s[0] * s[0]] },
            emissionNoise: [[variances.emission]])
        let given = observations.map { $0.map { [$0] } }
        var extended = ExtendedKalmanFilter(model)
        var iterated = ExtendedKalmanFilter(model, iterations: 5)
        var unscented = UnscentedKalmanFilter(
            model, points: SigmaPoints(alpha: 1, beta: 0, kappa: 2))
        for result in [
            try extended.run(given), try iterated.run(given), try unscented.run(given),
        ] {
            #expect(abs(result.logEvidence - exact.logEvidence) < 0.2)
            #expect(abs(result.beliefs[4].mean[0] - exact.beliefs[4].mean) < 0.05)
        }
        var particles = ParticleFilter(
            GaussianParticleModel(model), count: 20_000, generator: Generator(seed: 3))
        let sampled = try particles.run(given)
        // The log evidence of 20,000 particles has a standard error of about 0.01 here.
        #expect(abs(sampled.logEvidence - exact.logEvidence) < 0.04)
        #expect(
            abs(sampled.beliefs[4].moments { $0 }.mean[0] - exact.beliefs[4].mean) < 0.03)
    }

    @Test func `a grid that is too narrow says so`() throws {
        var narrow = grid(cells: 100, low: -2, high: 2, mean: { $0 }, emission: { $0 })
        let error = #expect(throws: FilteringError.self) { try narrow.run([0]) }
        guard case .massOutsideGrid(0, let mass) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(abs(mass - 0.9545) < 1e-3)
        var far = grid(cells: 100, mean: { $0 }, emission: { _ in .infinity })
        #expect(throws: FilteringError.impossibleObservation(step: 0)) { try far.run([0]) }
    }
}
