import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Series of no step, of one, and of steps at which nothing was seen.
@Suite struct ShortSeriesTests {
    private let law = GaussianMoments(mean: [1, -0.5], covariance: .diagonal([2, 0.3]))

    private func model(_ initial: InitialState? = nil) throws -> LinearGaussianModel {
        try LinearGaussianModel(
            initial: initial ?? .predictive(law), transition: [[1, 0.1], [0, 0.9]].matrix,
            transitionNoise: [[0.2, 0.05], [0.05, 0.1]].matrix, emission: [[1, 0]].matrix,
            emissionNoise: [[0.4]].matrix)
    }

    @Test(arguments: FilterForm.allCases)
    func `one step is Bayes' rule for one Gaussian`(form: FilterForm) throws {
        let result = try model().filter(LinearGaussianSequence([1.7]), form: form)
        let variance = 2 + 0.4
        let expected = -0.5 * (log(2 * .pi * variance) + 0.7 * 0.7 / variance)
        let tolerance =
            form == .josephSinglePrecision || form == .squareRootSinglePrecision ? 1e-6 : 1e-13
        #expect(abs(result.logLikelihood - expected) < tolerance)
        #expect(abs(result.filtered.mean(at: 0)[0] - (1 + 2 / variance * 0.7)) < tolerance)
        #expect(abs(result.filtered.mean(at: 0)[1] + 0.5) < tolerance)
        #expect(abs(result.filtered.variances(at: 0)[0] - 2 * 0.4 / variance) < tolerance)
    }

    @Test(arguments: FilterForm.allCases)
    func `no step has no evidence`(form: FilterForm) throws {
        let empty = LinearGaussianSequence(observations: Matrix(rows: 0, columns: 1))
        let result = try model().filter(empty, form: form)
        #expect(result.logLikelihood == 0 && result.filtered.isEmpty)
    }

    @Test func `smoothing one step adds nothing, and nothing seen leaves the prior`() throws {
        let one = LinearGaussianSequence([1.7])
        let smooth = try model().smooth(one)
        #expect(smooth.lagOneCovariances.isEmpty)
        #expect(distance(smooth.smoothed[0], smooth.filter.filtered[0]) < 1e-15)
        let blank = LinearGaussianSequence([nil, nil, nil])
        for form in FilterForm.allCases {
            let result = try model().filter(blank, form: form)
            let isSingle = form == .josephSinglePrecision || form == .squareRootSinglePrecision
            #expect(result.logLikelihood == 0)
            #expect(
                distance(result.filtered[2], try model().smooth(blank).smoothed[2])
                    < (isSingle ? 1e-5 : 1e-13))
        }
    }

    @Test func `a forecast after one step is that of the filter`() throws {
        let run = LinearGaussianSequence([1.7])
        let ahead = try model().forecast(2, after: run)
        let filter = KalmanFilter(try model())
        var belief = try model().filter(run).filtered[0]
        for k in 0..<2 {
            belief = try filter.predict(belief, action: nil, step: k)
            #expect(distance(ahead.states[k], belief) < 1e-14)
        }
    }

    /// Where states are seen, learning is regression and the moments of the first states.
    @Test func `learning from states that are seen is regression`() throws {
        var random = RandomModels(seed: 68)
        let truth = try LinearGaussianModel(
            initial: .predictive(law), transition: [[0.9, 0.2], [-0.1, 0.7]].matrix,
            transitionNoise: [[0.2, 0.05], [0.05, 0.1]].matrix, emission: .identity(2),
            emissionNoise: 1e-10 * .identity(2), transitionOffset: [0.3, -0.2])
        let runs = try [12, 7, 15, 9, 5].map {
            try truth.sample(steps: $0, using: &random.generator).sequence
        }
        let fit = try ExpectationMaximization(free: [
            .transition, .transitionOffset, .transitionNoise, .initialMean, .initialCovariance,
        ]).fit(truth, to: runs, updates: 2)
        // Least squares of s′ on (s, 1), over all runs.
        var (gram, cross, square) = (
            Matrix(rows: 3, columns: 3), Matrix(rows: 3, columns: 2),
            Matrix(rows: 2, columns: 2)
        )
        var count = 0.0
        for run in runs {
            for t in 1..<run.count {
                let regressors = run.observations.row(t - 1) + [1]
                let next = run.observations.row(t)
                gram += Matrix.outer(regressors, regressors)
                cross += Matrix.outer(regressors, next)
                square += Matrix.outer(next, next)
                count += 1
            }
        }
        let weights = try LU(gram).solution(cross).transposed
        let expected = weights.block(rows: 0..<2, columns: 0..<2)
        #expect((fit.model.transition[0] - expected).largestMagnitude < 1e-6)
        #expect(abs(fit.model.transitionOffset![0][1] - weights[1, 2]) < 1e-6)
        let noise = 1 / count * (square - weights * cross)
        #expect((fit.model.transitionNoise[0] - noise.symmetrized).largestMagnitude < 1e-6)
        // The law of the first states: their mean, and their covariance with divisor K.
        guard case .predictive(let first) = fit.model.initial else {
            Issue.record("the first law is not given by moments")
            return
        }
        for i in 0..<2 {
            let mean = runs.reduce(0) { $0 + $1.observations[0, i] } / 5
            #expect(abs(first.mean[i] - mean) < 1e-6)
            for j in 0..<2 {
                let other = runs.reduce(0) { $0 + $1.observations[0, j] } / 5
                let covariance =
                    runs.reduce(0) {
                        $0 + ($1.observations[0, i] - mean) * ($1.observations[0, j] - other)
                    } / 5
                #expect(abs(first.covariance[i, j] - covariance) < 1e-6)
            }
        }
    }
}
