import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct KalmanPropertyTests {
    @Test func `a change of the state's basis changes no evidence and no forecast`() throws {
        var random = RandomModels(seed: 31)
        let model = try random.fixed(states: 3, emissions: 2, inputs: 1)
        let run = random.sequence(steps: 12, emissions: 2, inputs: 1)
        var change = random.matrix(3, 3, scale: 0.3)
        change.addToDiagonal(1)
        let back = try LU(change).inverse()
        guard case .predictive(let first) = model.initial else { fatalError("initial") }
        let moved = try LinearGaussianModel(
            initial: .predictive(
                GaussianMoments(
                    mean: change * first.mean, covariance: change.sandwich(first.covariance))),
            transition: change * model.transition[0] * back,
            transitionNoise: change.sandwich(model.transitionNoise[0]),
            emission: model.emission[0] * back, emissionNoise: model.emissionNoise[0],
            transitionInput: change * model.transitionInput![0],
            transitionOffset: change * model.transitionOffset![0],
            emissionInput: model.emissionInput![0], emissionOffset: model.emissionOffset![0])
        let (a, b) = (try model.filter(run), try moved.filter(run))
        #expect(abs(a.logLikelihood - b.logLikelihood) < 1e-9)
        let future = random.matrix(4, 1)
        let (f, g) = (
            try model.forecast(4, after: run, inputs: future).observations,
            try moved.forecast(4, after: run, inputs: future).observations
        )
        for k in 0..<4 { #expect(distance(f[k], g[k]) < 1e-9) }
    }

    @Test func `scaling the observations shifts the log likelihood by a known amount`() throws {
        let scale = 3.5
        let plain = try nileModel(.predictive(scalarLaw(1000, 1e6)))
        var scaled = plain
        scaled.emission = .fixed([[scale]].matrix)
        scaled.emissionNoise = .fixed([[scale * scale * 15099]].matrix)
        let a = try plain.filter(LinearGaussianSequence(nile)).logLikelihood
        let b = try scaled.filter(LinearGaussianSequence(nile.map { scale * $0 })).logLikelihood
        #expect(abs(b - (a - 100 * log(scale))) < 1e-9)
    }

    @Test func `limits of the noises`() throws {
        var random = RandomModels(seed: 32)
        let run = LinearGaussianSequence(observations: random.matrix(6, 2))
        func model(_ f: Double, _ d: Double, _ matrix: Matrix) throws -> LinearGaussianModel {
            try LinearGaussianModel(
                initial: .predictive(
                    GaussianMoments(mean: [1, -1], covariance: .identity(2))),
                transition: matrix, transitionNoise: f * .identity(2), emission: .identity(2),
                emissionNoise: d * .identity(2))
        }
        // D → ∞: the filter is the open-loop prior.
        let blind = try model(0.1, 1e14, 0.9 * .identity(2)).filter(run)
        #expect(abs(blind.filtered.mean(at: 5)[0] - pow(0.9, 5)) < 1e-10)
        // D → 0: the filter returns the observation.
        let sharp = try model(0.1, 1e-14, 0.9 * .identity(2)).filter(run)
        #expect(abs(sharp.filtered.mean(at: 5)[0] - run.observations[5, 0]) < 1e-10)
        // F = 0, E = I: the posterior mean of a constant.
        let constant = try model(0, 0.5, .identity(2)).smooth(run)
        for i in 0..<2 {
            let sum = (0..<6).reduce(0.0) { $0 + run.observations[$1, i] }
            let precision = 1 + 6 / 0.5
            let mean = ((i == 0 ? 1 : -1) + sum / 0.5) / precision
            for t in 0..<6 {
                #expect(abs(constant.smoothed.mean(at: t)[i] - mean) < 1e-10)
                #expect(abs(constant.smoothed.variances(at: t)[i] - 1 / precision) < 1e-10)
            }
        }
    }

    @Test func `recursive regression equals its closed form`() throws {
        var random = RandomModels(seed: 33)
        let design = random.matrix(15, 3)
        let y = random.vector(15)
        let model = try LinearGaussianModel(
            initial: .predictive(
                GaussianMoments(mean: [0, 0, 0], covariance: 4 * .identity(3))),
            transition: .fixed(.identity(3)),
            transitionNoise: .fixed(Matrix(rows: 3, columns: 3)),
            emission: .function { step in Matrix(rows: 1, columns: 3, design.row(step)) },
            emissionNoise: .fixed([[0.3]].matrix))
        let result = try model.filter(LinearGaussianSequence(y))
        var precision = 1 / 0.3 * Matrix.transposed(design, times: design)
        precision.addToDiagonal(0.25)
        let factor = try Cholesky(precision)
        let mean = factor.solution(Matrix.transposed(design, times: y).map { $0 / 0.3 })
        let expected = GaussianMoments(mean: mean, covariance: factor.inverse)
        #expect(distance(result.filtered[14], expected) < 1e-12)
    }

    @Test func `information gain is the mutual information of the joint Gaussian`() throws {
        var random = RandomModels(seed: 34)
        let model = try random.varying(states: 2, emissions: 2, inputs: 1, steps: 5)
        let run = random.sequence(steps: 5, emissions: 2, inputs: 1, gaps: false)
        guard case .predictive(let first) = model.initial else { fatalError("initial") }
        let joint = StackedGaussian(model, first: first, steps: 5, inputs: run.inputs)
        let all = joint.covariance.block(rows: 10..<20, columns: 10..<20)
        let marginal = try Cholesky(all).logDeterminant
        let conditional = try (0..<5).reduce(0.0) {
            try $0 + Cholesky(model.emissionNoise[$1]).logDeterminant
        }
        let gain = try model.diagnostics(of: run).informationGain
        #expect(abs(gain - 0.5 * (marginal - conditional)) < 1e-10)
    }

    /// Sums of 4,000 chi-squares: the mean is within four standard errors.
    @Test func `innovations are white and errors as large as claimed`() throws {
        var random = RandomModels(seed: 35)
        let model = try LinearGaussianModel(
            initial: .stationary, transition: [[0.8, 0.2], [-0.1, 0.7]].matrix,
            transitionNoise: random.positive(2), emission: random.matrix(2, 2),
            emissionNoise: random.positive(2))
        let count = 4000
        let (states, run) = try model.sample(steps: count, using: &random.generator)
        let diagnostics = try model.diagnostics(of: run)
        let error = (4 / Double(count)).squareRoot()
        let nis = diagnostics.normalizedInnovations.reduce(0, +) / Double(count)
        #expect(abs(nis - 2) < 4 * error)
        // Filtered errors are correlated in time; twice the error covers that here.
        let nees = try model.normalizedEstimationErrors(states: states, run)
        #expect(abs(nees.reduce(0, +) / Double(count) - 2) < 8 * error)
        for lag in 1...3 {
            #expect(abs(diagnostics.autocorrelation(lag: lag)) < 4 / Double(count).squareRoot())
        }
        // Chi-square with 10 degrees of freedom: 35.6 is exceeded once in 10,000.
        #expect(diagnostics.ljungBox(lags: 10) < 35.6)
    }

    /// 4,000 posterior draws; means within five standard errors, lag-one covariances within 0.05.
    @Test func `posterior samples have the smoother's moments`() throws {
        var random = RandomModels(seed: 36)
        let model = try random.fixed(states: 2, emissions: 1, inputs: 0)
        let run = random.sequence(steps: 4, emissions: 1, inputs: 0)
        let smoothed = try model.smooth(run)
        let count = 4000
        let draws = try model.posteriorSamples(run, count: count, using: &random.generator)
        for t in 0..<4 {
            for i in 0..<2 {
                let mean = draws.reduce(0) { $0 + $1[t, i] } / Double(count)
                let error = (smoothed.smoothed.variances(at: t)[i] / Double(count)).squareRoot()
                #expect(abs(mean - smoothed.smoothed.mean(at: t)[i]) < 5 * error)
            }
        }
        let center = (0..<2).map { smoothed.smoothed.mean(at: $0)[0] }
        let cross = draws.reduce(0) { $0 + ($1[0, 0] - center[0]) * ($1[1, 0] - center[1]) }
        #expect(abs(cross / Double(count) - smoothed.lagOneCovariances[0][0, 0]) < 0.05)
    }

    @Test func `irregular steps compose and equal a fine grid with gaps`() throws {
        let continuous = ContinuousTimeModel(
            drift: [[0, 1], [-0.5, -0.2]].matrix, diffusion: [[0, 0], [0, 0.3]].matrix,
            offset: [0.1, 0.4])
        let (a, b) = (try continuous.transition(over: 0.7), try continuous.transition(over: 0.5))
        let whole = try continuous.transition(over: 1.2)
        #expect((b.transition * a.transition - whole.transition).largestMagnitude < 1e-13)
        let noise = b.transition.sandwich(a.noise) + b.noise
        #expect((noise - whole.noise).largestMagnitude < 1e-13)
        var offset = b.offset
        add(b.transition * a.offset, times: 1, to: &offset)
        #expect(largestMagnitude(subtract(offset, whole.offset)) < 1e-13)
        // White acceleration: the noise of a constant velocity, in closed form.
        let free = ContinuousTimeModel(
            drift: [[0, 1], [0, 0]].matrix, diffusion: [[0, 0], [0, 2]].matrix)
        let step = try free.transition(over: 0.5)
        let expected = 2 * [[0.125 / 3, 0.125], [0.125, 0.5]].matrix
        #expect((step.noise - expected).largestMagnitude < 1e-15)

        let law = GaussianMoments(mean: [0, 1], covariance: .identity(2))
        func likelihood(_ times: [Double], _ values: [Double?]) throws -> Double {
            try continuous.model(
                at: times, initial: .predictive(law), emission: [[1, 0]].matrix,
                emissionNoise: [[0.2]].matrix
            ).filter(LinearGaussianSequence(values)).logLikelihood
        }
        let sparse = try likelihood([0, 0.7, 1.2], [0.3, 0.9, 1.4])
        let dense = try likelihood([0, 0.35, 0.7, 0.95, 1.2], [0.3, nil, 0.9, nil, 1.4])
        #expect(abs(sparse - dense) < 1e-12)
        #expect(throws: LinearGaussianError.self) { try likelihood([0, 1, 1], [0, 0, 0]) }
    }

    @Test func `a flat law is the limit of wide ones and does not depend on the reference`() throws
    {
        var random = RandomModels(seed: 37)
        func model(_ initial: InitialState) throws -> LinearGaussianModel {
            try LinearGaussianModel(
                initial: initial, transition: [[1, 1], [0, 1]].matrix,
                transitionNoise: [[0.3, 0.1], [0.1, 0.2]].matrix, emission: [[1, 0]].matrix,
                emissionNoise: [[0.8]].matrix)
        }
        var run = LinearGaussianSequence(random.vector(12))
        run.observations[1, 0] = .nan
        let flat = try model(.exactDiffuse).smooth(run)
        let wide = 1e7
        let proper = try model(
            .predictive(GaussianMoments(mean: [0, 0], covariance: wide * .identity(2)))
        ).smooth(run)
        let shift = log(2 * .pi * wide)
        #expect(abs(flat.filter.logLikelihood - proper.filter.logLikelihood - shift) < 1e-5)
        #expect(abs(flat.filter.logLikelihoods.reduce(0, +) - flat.filter.logLikelihood) < 1e-10)
        #expect(flat.filter.undeterminedCount == 2)
        #expect(flat.filter.filtered.mean(at: 1)[0].isNaN)
        for t in 0..<12 {
            #expect(distance(flat.smoothed[t], proper.smoothed[t]) < 1e-5)
            if t >= 2 {
                #expect(distance(flat.filter.filtered[t], proper.filter.filtered[t]) < 1e-5)
            }
            if t == 11 { continue }
            let cross = flat.lagOneCovariances[t] - proper.lagOneCovariances[t]
            #expect(cross.largestMagnitude < 1e-5)
        }
        // Shifting and scaling the data moves the reference law, not the answer.
        let moved = LinearGaussianSequence(
            observations: Matrix(rows: 12, columns: 1) { t, _ in run.observations[t, 0] + 1e4 })
        let other = try model(.exactDiffuse).filter(moved)
        #expect(abs(other.logLikelihood - flat.filter.logLikelihood) < 1e-6)
        #expect(throws: LinearGaussianError.diffuseNotDetermined(states: 2)) {
            try model(.exactDiffuse).filter(LinearGaussianSequence([1, nil, nil]))
        }
    }

    @Test func `a covariance that has become steady changes nothing`() throws {
        var random = RandomModels(seed: 38)
        let model = try random.fixed(states: 2, emissions: 2, inputs: 0)
        var run = try model.sample(steps: 400, using: &random.generator).sequence
        run.observations[300, 1] = .nan
        let held = try model.filter(run)
        // A parameter as a function of time switches the detection off.
        var varying = model
        let matrix = model.transition[0]
        varying.transition = .function { _ in matrix }
        let plain = try varying.filter(run)
        #expect(held == plain)
    }

    @Test func `errors name the step and say what to do`() throws {
        var model = try nileModel(.predictive(scalarLaw(0, 0)))
        model.emissionNoise = .function { $0 == 2 ? [[0]].matrix : [[1]].matrix }
        model.transitionNoise = .fixed([[0]].matrix)
        #expect(
            throws: LinearGaussianError.notPositiveDefinite(
                what: "the covariance of the innovation", step: 2, value: 0)
        ) { try model.filter(LinearGaussianSequence([1, 2, 3])) }
        #expect(throws: LinearGaussianError.notFinite(what: "the observation", step: 1)) {
            try model.filter(LinearGaussianSequence([1, .infinity]))
        }
        #expect(throws: LinearGaussianError.self) {
            try nileModel(.exactDiffuse, observation: -1)
        }
        #expect(throws: LinearGaussianError.self) {
            try nileModel(.exactDiffuse).filter(
                LinearGaussianSequence(observations: Matrix(rows: 2, columns: 2)))
        }
    }
}
