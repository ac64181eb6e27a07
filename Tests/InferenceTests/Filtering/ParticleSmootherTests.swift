import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct ParticleSmootherTests {
    private let observations = Array(nile.prefix(20))

    private func trajectories(_ seed: Int) throws -> [[Double]] {
        var filter = ParticleFilter(
            NileModel(), count: 200, generator: Generator(seed: 50).split(seed))
        let result = try filter.run(observations)
        return try filter.sampleTrajectories(result, count: 40)
    }

    @Test func `backward simulation has the moments of the exact smoother`() throws {
        var kalman = ExtendedKalmanFilter(NileModel().gaussian)
        let exact = try kalman.smooth(kalman.run(observations.map { [$0] }))
        // Independent filters, so that the standard error counts the particles' error too.
        let runs = try (0..<30).map { try trajectories($0) }
        for step in [0, 7, 19] {
            let mean = exact.beliefs[step].mean[0]
            let variance = exact.beliefs[step].covariance[0, 0]
            let means = runs.map { Estimate(of: $0.map { $0[step] }).mean }
            let variances = runs.map {
                Estimate(of: $0.map { ($0[step] - mean) * ($0[step] - mean) }).mean
            }
            #expect(Estimate(of: means).deviations(from: mean) < 4, "step \(step)")
            #expect(Estimate(of: variances).deviations(from: variance) < 4, "step \(step)")
        }
        let crosses = runs.map {
            Estimate(
                of: $0.map {
                    ($0[7] - exact.beliefs[7].mean[0]) * ($0[8] - exact.beliefs[8].mean[0])
                }
            ).mean
        }
        #expect(
            Estimate(of: crosses).deviations(from: exact.crossCovariances[7][0, 0]) < 4)
    }

    @Test func `Fisher's identity gives the gradient of the log evidence`() throws {
        // With respect to the logarithms of the emission's and the level's variance.
        let exact = try centralGradient(at: [log(15099), log(1469.1)]) { parameters in
            let model = NileModel(
                emissionVariance: exp(parameters[0]), levelVariance: exp(parameters[1]))
            var kalman = ExtendedKalmanFilter(model.gaussian)
            return try kalman.run(observations.map { [$0] }).logEvidence
        }
        let gradients = try (0..<30).map { seed in
            score(try trajectories(seed)) { states in
                var gradient = [0.0, 0.0]
                for (step, state) in states.enumerated() {
                    let error = observations[step] - state
                    gradient[0] += (error * error / 15099 - 1) / 2
                    if step == 0 { continue }
                    let move = state - states[step - 1]
                    gradient[1] += (move * move / 1469.1 - 1) / 2
                }
                return gradient
            }
        }
        for element in 0..<2 {
            let estimate = Estimate(of: gradients.map { $0[element].mean })
            #expect(estimate.deviations(from: exact[element]) < 4, "\(estimate) \(exact)")
        }
    }
}
