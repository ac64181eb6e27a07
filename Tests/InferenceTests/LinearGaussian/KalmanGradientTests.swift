import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct KalmanGradientTests {
    private static let all = Set(ParameterBlock.allCases)

    /// The gradient of every block against finite differences.
    private func check(
        _ model: LinearGaussianModel, _ runs: [LinearGaussianSequence],
        free: Set<ParameterBlock>, structure: CovarianceStructure = .full
    ) throws {
        let blocks = try BlockParameterization(
            model, free: free, transitionNoise: structure, emissionNoise: structure)
        let point = try blocks.start
        let start = try blocks.model(at: point)
        let (value, gradient) = try start.logLikelihoodGradient(of: runs)
        #expect(abs(value - (try start.logLikelihood(of: runs))) < 1e-10)
        let exact = blocks.pullback(gradient, at: point)
        let numeric = try centralGradient(at: point) {
            try blocks.model(at: $0).logLikelihood(of: runs)
        }
        #expect(exact.count == numeric.count && exact.count == blocks.parameterCount)
        for (a, b) in zip(exact, numeric) { #expect(abs(a - b) < 1e-7 * max(1, abs(b))) }
    }

    @Test(arguments: [CovarianceStructure.full, .diagonal, .isotropic])
    func `every block, with gaps, inputs and two runs`(structure: CovarianceStructure) throws {
        var random = RandomModels(seed: 21)
        let model = try random.fixed(states: 3, emissions: 2, inputs: 2)
        let runs = [
            random.sequence(steps: 5, emissions: 2, inputs: 2),
            random.sequence(steps: 8, emissions: 2, inputs: 2),
        ]
        try check(model, runs, free: Self.all, structure: structure)
    }

    @Test func `every initial law`() throws {
        var random = RandomModels(seed: 22)
        let run = [random.sequence(steps: 9, emissions: 2, inputs: 0)]
        let free = Self.all.subtracting([
            .transitionInput, .emissionInput, .initialMean, .initialCovariance,
        ])
        for initial in [
            InitialState.stationary, .exactDiffuse, .approximateDiffuse(variance: 10, burn: 3),
        ] {
            var model = try random.fixed(states: 2, emissions: 2, inputs: 0, initial: initial)
            model.transition = .fixed([[0.6, 0.3], [-0.2, 0.5]].matrix)
            try check(model, run, free: free)
        }
        let zero = try random.fixed(
            states: 2, emissions: 2, inputs: 0, initial: .atTimeZero(random.law(2)))
        try check(zero, run, free: Self.all.subtracting([.transitionInput, .emissionInput]))
    }

    @Test func `a singular transition noise has a gradient`() throws {
        var random = RandomModels(seed: 23)
        let run = random.sequence(steps: 12, emissions: 1, inputs: 0)
        func model(_ q: Double) throws -> LinearGaussianModel {
            try LinearGaussianModel(
                initial: .exactDiffuse, transition: [[1, 1], [0, 1]].matrix,
                transitionNoise: [[0, 0], [0, q]].matrix, emission: [[1, 0]].matrix,
                emissionNoise: [[0.7]].matrix)
        }
        let gradient = try model(0.3).logLikelihoodGradient(of: [run]).gradient
        let numeric = try centralDifference(at: 0.3) { try model($0).filter(run).logLikelihood }
        #expect(abs(gradient.transitionNoise[1, 1] - numeric) < 1e-8)
    }

    @Test func `EM never falls, respects frozen blocks and ends where the gradient is zero`() throws
    {
        var random = RandomModels(seed: 24)
        let truth = try random.fixed(states: 2, emissions: 2, inputs: 1)
        var runs: [LinearGaussianSequence] = []
        for length in [30, 40, 25] {
            let inputs = random.matrix(length, 1)
            var run = try truth.sample(
                steps: length, inputs: inputs, using: &random.generator
            ).sequence
            run.observations[3, 0] = .nan
            run.observations[7, 0] = .nan
            run.observations[7, 1] = .nan
            runs.append(run)
        }
        let start = try random.fixed(states: 2, emissions: 2, inputs: 1)
        let everything = try ExpectationMaximization(free: Self.all).fit(
            start, to: runs, updates: 30)
        for (a, b) in zip(everything.logLikelihoods, everything.logLikelihoods.dropFirst()) {
            #expect(b >= a - 1e-9)
        }
        let free: Set<ParameterBlock> = [.emissionOffset, .emissionNoise, .emissionInput]
        let some = try ExpectationMaximization(free: free, emissionNoise: .diagonal).fit(
            start, to: runs, updates: 400, tolerance: 1e-13)
        #expect(some.model.transition[0] == start.transition[0])
        #expect(some.model.transitionNoise[0] == start.transitionNoise[0])
        #expect(some.model.emissionNoise[0][0, 1] == 0)
        for (a, b) in zip(some.logLikelihoods, some.logLikelihoods.dropFirst()) {
            #expect(b >= a - 1e-9)
        }
        let blocks = try BlockParameterization(some.model, free: free, emissionNoise: .diagonal)
        let gradient = try some.model.logLikelihoodGradient(of: runs).gradient
        let atEnd = blocks.pullback(gradient, at: try blocks.start)
        #expect(largestMagnitude(atEnd) < 1e-4)
        let direct = try MaximumLikelihood().fit(blocks, to: runs, from: blocks.start)
        let best = try some.model.logLikelihood(of: runs)
        #expect(abs(direct.logLikelihood - best) < 1e-6)
    }

    @Test func `EM of the Nile with a known first law`() throws {
        let start = try nileModel(
            .predictive(scalarLaw(1000, 1e6)), observation: 1e4, level: 1e4)
        let fit = try ExpectationMaximization(free: [.transitionNoise, .emissionNoise]).fit(
            start, to: [LinearGaussianSequence(nile)], updates: 2001)
        let values = fit.logLikelihoods
        for (index, value) in [(0, -644.6017), (1, -643.8711), (10, -641.6240), (100, -640.3844)] {
            #expect(abs(values[index] - value) < 5e-5 + 1e-9)
        }
        #expect(abs(fit.model.emissionNoise[0][0, 0] - 15100.28) < 0.01)
        #expect(abs(fit.model.transitionNoise[0][0, 0] - 1467.82) < 0.01)
        let blocks = try BlockParameterization(start, free: [.transitionNoise, .emissionNoise])
        let direct = try MaximumLikelihood().fit(
            blocks, to: [LinearGaussianSequence(nile)], from: blocks.start)
        #expect(abs(direct.logLikelihood + 640.3805403) < 1e-7)
        #expect(abs(direct.model.emissionNoise[0][0, 0] / 15100.283 - 1) < 1e-6)
        #expect(abs(direct.model.transitionNoise[0][0, 0] / 1467.817 - 1) < 1e-6)
    }

    @Test func `a model that varies in time is not fitted as if it did not`() throws {
        var random = RandomModels(seed: 25)
        let model = try random.varying(states: 2, emissions: 1, inputs: 1, steps: 4)
        #expect(throws: LinearGaussianError.self) {
            try BlockParameterization(model, free: [.transition])
        }
    }
}
