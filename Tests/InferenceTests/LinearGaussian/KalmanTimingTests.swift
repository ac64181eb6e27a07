import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// One index for parameters and inputs everywhere, covariances without full rank, priors of noises.
@Suite struct KalmanTimingTests {
    @Test func `sampler, joint law and filter read the same step's parameters`() throws {
        var random = RandomModels(seed: 61)
        let steps = 6
        var model = try random.varying(states: 2, emissions: 2, inputs: 2, steps: steps)
        model.transitionNoise = .fixed(1e-20 * .identity(2))
        model.emissionNoise = .fixed(1e-20 * .identity(2))
        let first = GaussianMoments(mean: [1, -2], covariance: 1e-20 * .identity(2))
        model.initial = .predictive(first)
        let inputs = random.matrix(steps, 2)
        let (states, run) = try model.sample(
            steps: steps, inputs: inputs, using: &random.generator)
        let joint = StackedGaussian(model, first: first, steps: steps, inputs: inputs)
        let result = try model.filter(
            LinearGaussianSequence(
                observations: Matrix(rows: steps, columns: 2, repeating: .nan), inputs: inputs))
        for t in 0..<steps {
            let expected = joint.state(t).map { joint.mean[$0] }
            #expect(largestMagnitude(subtract(states.row(t), expected)) < 1e-8)
            let emitted = joint.emission(t).map { joint.mean[$0] }
            #expect(largestMagnitude(subtract(run.observations.row(t), emitted)) < 1e-8)
            #expect(largestMagnitude(subtract(result.filtered.mean(at: t), expected)) < 1e-12)
        }
    }

    /// 20,000 draws; each of 100 moments within five standard errors.
    @Test func `samples of a varying model have the joint law's moments`() throws {
        var random = RandomModels(seed: 62)
        let (steps, count) = (4, 20_000)
        let model = try random.varying(states: 2, emissions: 1, inputs: 1, steps: steps)
        guard case .predictive(let first) = model.initial else { fatalError("initial") }
        let inputs = random.matrix(steps, 1)
        let joint = StackedGaussian(model, first: first, steps: steps, inputs: inputs)
        let size = joint.mean.count
        var (sums, products) = (
            Array(repeating: 0.0, count: size), Matrix(rows: size, columns: size)
        )
        for _ in 0..<count {
            let (states, run) = try model.sample(
                steps: steps, inputs: inputs, using: &random.generator)
            let draw = subtract(states.elements + run.observations.elements, joint.mean)
            for i in 0..<size {
                sums[i] += draw[i] / Double(count)
                for j in 0..<size { products[i, j] += draw[i] * draw[j] / Double(count) }
            }
        }
        let c = joint.covariance
        for i in 0..<size {
            #expect(abs(sums[i]) < 5 * (c[i, i] / Double(count)).squareRoot())
            for j in 0...i {
                let variance = (c[i, i] * c[j, j] + c[i, j] * c[i, j]) / Double(count)
                #expect(abs(products[i, j] - c[i, j]) < 5 * variance.squareRoot())
            }
        }
    }

    @Test func `the smoother needs no covariance of full rank`() throws {
        // The second state is a sure function of the first, and the first starts known.
        var random = RandomModels(seed: 63)
        let model = try LinearGaussianModel(
            initial: .predictive(
                GaussianMoments(mean: [1, 0.5], covariance: Matrix(rows: 2, columns: 2))),
            transition: [[0.9, 0], [0.45, 0]].matrix,
            transitionNoise: [[1, 0.5], [0.5, 0.25]].matrix, emission: [[1, 1]].matrix,
            emissionNoise: [[0.3]].matrix)
        let run = LinearGaussianSequence(random.vector(5))
        let single = try LinearGaussianModel(
            initial: .predictive(scalarLaw(1, 0)), transition: [[0.9]].matrix,
            transitionNoise: [[1]].matrix, emission: [[1.5]].matrix,
            emissionNoise: [[0.3]].matrix)
        let (both, one) = (try model.smooth(run), try single.smooth(run))
        #expect(abs(both.filter.logLikelihood - one.filter.logLikelihood) < 1e-12)
        for t in 0..<5 {
            let law = one.smoothed[t]
            let expected = GaussianMoments(
                mean: [law.mean[0], law.mean[0] / 2],
                covariance: law.covariance[0, 0] * [[1, 0.5], [0.5, 0.25]].matrix)
            #expect(distance(both.smoothed[t], expected) < 1e-10)
            if t == 4 { break }
            let cross =
                one.lagOneCovariances[t][0, 0] * [[1, 0.5], [0.5, 0.25]].matrix
            #expect((both.lagOneCovariances[t] - cross).largestMagnitude < 1e-10)
        }
    }

    @Test func `several runs are the sum of each, and padding with gaps adds nothing`() throws {
        var random = RandomModels(seed: 64)
        let model = try random.fixed(states: 2, emissions: 2, inputs: 0)
        let runs = [3, 7, 5].map { random.sequence(steps: $0, emissions: 2, inputs: 0) }
        let total = try runs.reduce(0) { try $0 + model.filter($1).logLikelihood }
        #expect(abs(try model.logLikelihood(of: runs) - total) < 1e-12)
        let padded = runs.map { run in
            LinearGaussianSequence(
                observations: Matrix(rows: 9, columns: 2) {
                    $0 < run.count ? run.observations[$0, $1] : .nan
                })
        }
        #expect(abs(try model.logLikelihood(of: padded) - total) < 1e-12)
        let gradients = try (
            model.logLikelihoodGradient(of: runs), model.logLikelihoodGradient(of: padded)
        )
        let left = gradients.0.gradient.transition - gradients.1.gradient.transition
        #expect(left.largestMagnitude < 1e-10)
    }

    @Test(arguments: [FilterForm.information, .squareRoot, .parallelScan])
    func `every form agrees over a long run with gaps`(form: FilterForm) throws {
        var random = RandomModels(seed: 66)
        let model = try random.varying(states: 4, emissions: 2, inputs: 1, steps: 300)
        let run = random.sequence(steps: 300, emissions: 2, inputs: 1)
        let (plain, other) = (try model.filter(run), try model.filter(run, form: form))
        #expect(abs(other.logLikelihood / plain.logLikelihood - 1) < 1e-12)
        for t in 0..<300 {
            #expect(distance(plain.filtered[t], other.filtered[t]) < 1e-10)
            #expect(distance(plain.predicted[t], other.predicted[t]) < 1e-10)
        }
    }

    @Test func `a prior of the noise moves the fit to its mode`() throws {
        // One state that is seen up to a known noise: the mode of an inverse Wishart is known.
        var random = RandomModels(seed: 65)
        let values = random.vector(40)
        let model = try LinearGaussianModel(
            initial: .predictive(scalarLaw(0, 1e-12)), transition: [[1]].matrix,
            transitionNoise: [[0]].matrix, emission: [[1]].matrix, emissionNoise: [[1]].matrix)
        let (degrees, scale) = (7.0, 3.0)
        var learner = ExpectationMaximization(free: [.emissionNoise])
        learner.noisePrior = .init(degreesOfFreedom: degrees, scale: scale)
        let fit = try learner.fit(model, to: [LinearGaussianSequence(values)], updates: 50)
        let sum = values.reduce(0) { $0 + $1 * $1 }
        let mode = (sum + scale) / (40 + degrees + 2)
        #expect(abs(fit.model.emissionNoise[0][0, 0] - mode) < 1e-9)
    }
}
