import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct NonlinearFilterTests {
    private func squared(mean: Double, variance: Double) -> NonlinearGaussianModel {
        NonlinearGaussianModel(
            initial: GaussianMoments(mean: mean, variance: variance), transition: .linear([[1]]),
            transitionNoise: [[0]], emission: SmoothFunction { state, _ in [state[0] * state[0]] },
            emissionNoise: [[0.5]])
    }

    @Test func `unscented points see the moments of a square, the extended filter does not`() throws
    {
        let (mean, variance, noise) = (0.7, 1.3, 0.5)
        let exactMean = mean * mean + variance
        let exactVariance = 4 * mean * mean * variance + 2 * variance * variance + noise
        let model = squared(mean: mean, variance: variance)
        let unscented = UnscentedKalmanFilter(
            model, points: SigmaPoints(alpha: 1, beta: 0, kappa: 2))
        let found = try unscented.update(
            model.initial, observation: [1], action: nil, step: 0)
        #expect(
            abs(found.logLikelihood - logNormal(1 - exactMean, variance: exactVariance)) < 1e-13)
        let extended = try ExtendedKalmanFilter(model).update(
            model.initial, observation: [1], action: nil, step: 0)
        let linearized = logNormal(
            1 - mean * mean, variance: 4 * mean * mean * variance + noise)
        #expect(abs(extended.logLikelihood - linearized) < 1e-13)
    }

    /// dynamax at cfb005f carries the posterior into the next iteration as the prior and finds 2/3
    /// and 1/3 here.
    @Test func `iterations count the observation once`() throws {
        let model = NonlinearGaussianModel(
            initial: GaussianMoments(mean: 0, variance: 1), transition: .linear([[1]]),
            transitionNoise: [[1]], emission: .linear([[1]]), emissionNoise: [[1]])
        let found = try ExtendedKalmanFilter(model, iterations: 2).update(
            model.initial, observation: [1], action: nil, step: 0)
        #expect(
            relativeDistance([found.belief], [GaussianMoments(mean: 0.5, variance: 0.5)]) < 1e-15)
    }

    @Test func `the iterated update ends at the mode of the posterior`() throws {
        // −log posterior: (s − 1)² / 2 + (2 − eˢ)² / (2 · 0.1), stationary where
        // s − 1 = eˢ (2 − eˢ) / 0.1.
        let model = NonlinearGaussianModel(
            initial: GaussianMoments(mean: 1, variance: 1), transition: .linear([[1]]),
            transitionNoise: [[1]], emission: SmoothFunction { state, _ in [exp(state[0])] },
            emissionNoise: [[0.1]])
        let found = try ExtendedKalmanFilter(model, iterations: 30).update(
            model.initial, observation: [2], action: nil, step: 0)
        let mode = found.belief.mean[0]
        #expect(abs(mode - 1 - exp(mode) * (2 - exp(mode)) / 0.1) < 1e-9)
        #expect(abs(found.belief.covariance[0, 0] - 1 / (1 + exp(2 * mode) / 0.1)) < 1e-9)
        let plain = try ExtendedKalmanFilter(model).update(
            model.initial, observation: [2], action: nil, step: 0)
        #expect(abs(plain.belief.mean[0] - mode) > 0.01)
    }

    @Test func `a model without Jacobians serves the unscented filter`() throws {
        let model = NonlinearGaussianModel(
            initial: GaussianMoments(mean: 0.5, variance: 0.2),
            transition: .withoutJacobian { state, _ in [abs(state[0])] },
            transitionNoise: [[0.1]], emission: .withoutJacobian { state, _ in state },
            emissionNoise: [[1]])
        var filter = UnscentedKalmanFilter(model)
        let result = try filter.run([[0.2], [0.4]])
        #expect(result.logEvidence.isFinite && result.beliefs[1].covariance[0, 0] > 0)
    }

    /// filterpy 2.0.0 on the same series: its extended filter, and its unscented filter with
    /// Merwe's points for α = √3, β = 2, κ = 1, drawn again before every update.
    @Test func `the log likelihoods of filterpy on the pendulum`() throws {
        var observations: [[Double]] = []
        for step in 0..<400 {
            let slow: Double = Foundation.cos(0.03 * Double(step))
            let fast: Double = Foundation.sin(1.7 * Double(step))
            observations.append([0.9 * slow + 0.1 * fast])
        }
        var extended = ExtendedKalmanFilter(Pendulum.model)
        let first = try extended.run(observations)
        #expect(abs(first.logEvidence - 73.6956263008486) < 1e-9)
        let points = SigmaPoints(alpha: 3.0.squareRoot(), beta: 2, kappa: 1)
        var unscented = UnscentedKalmanFilter(Pendulum.model, points: points)
        let second = try unscented.run(observations)
        #expect(abs(second.logEvidence - 72.85015170745415) < 1e-9)
    }

    /// Median angle errors over 20 seeds of filters and smoothers; 60 seeds in NumPy gave
    /// 0.18 and 0.08. Not the mean: where the pendulum goes over the top, sin cannot
    /// tell the turns apart.
    @Test func `the pendulum's medians`() throws {
        var errors: [[Double]] = [[], [], [], []]
        for seed in 0..<20 {
            var generator = Generator(seed: 1000 + UInt64(seed))
            let (angles, observations) = try Pendulum.simulate(&generator)
            func error(_ beliefs: [GaussianMoments]) -> Double {
                let squares = zip(beliefs, angles).map { ($0.mean[0] - $1) * ($0.mean[0] - $1) }
                return (squares.reduce(0, +) / Double(angles.count)).squareRoot()
            }
            var extended = ExtendedKalmanFilter(Pendulum.model)
            let first = try extended.run(observations)
            errors[0].append(error(first.beliefs))
            errors[1].append(error(try extended.smooth(first).beliefs))
            var unscented = UnscentedKalmanFilter(Pendulum.model)
            let second = try unscented.run(observations)
            errors[2].append(error(second.beliefs))
            errors[3].append(error(try unscented.smooth(second).beliefs))
        }
        let medians = errors.map { $0.sorted() }.map { ($0[9] + $0[10]) / 2 }
        #expect(medians[1] < medians[0] && medians[0] < 0.3, "\(medians)")
        #expect(medians[3] < medians[2] && medians[2] < 0.3, "\(medians)")
        #expect(abs(medians[0] - medians[2]) < 0.05, "\(medians)")
    }
}
