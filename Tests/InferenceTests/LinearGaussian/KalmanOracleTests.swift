import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct KalmanOracleTests {
    private let steps = 5

    /// A random model that varies in time, a run with gaps, and the joint Gaussian.
    private func instance(
        _ seed: UInt64, states: Int = 3, emissions: Int = 2
    ) throws -> (LinearGaussianModel, LinearGaussianSequence, StackedGaussian) {
        var random = RandomModels(seed: seed)
        let model = try random.varying(
            states: states, emissions: emissions, inputs: 2, steps: steps + 3)
        let sequence = random.sequence(steps: steps, emissions: emissions, inputs: 2)
        guard case .predictive(let first) = model.initial else { fatalError("initial") }
        return (
            model, sequence,
            StackedGaussian(model, first: first, steps: steps, inputs: sequence.inputs)
        )
    }

    @Test(arguments: [FilterForm.joseph, .information, .squareRoot, .parallelScan])
    func `every form equals the joint Gaussian`(form: FilterForm) throws {
        for (seed, states, emissions) in [(1, 3, 2), (2, 1, 1), (3, 2, 4), (4, 4, 2)] {
            let (model, sequence, joint) = try instance(
                UInt64(seed), states: states, emissions: emissions)
            let result = try model.filter(sequence, form: form)
            let x = sequence.observations
            for t in 0..<steps {
                let whole = try joint.logLikelihood(x, upTo: t + 1)
                let before = try t == 0 ? 0 : joint.logLikelihood(x, upTo: t)
                #expect(abs(result.logLikelihoods[t] - (whole - before)) < 1e-10)
                let filtered = try joint.law(of: joint.state(t), given: x, upTo: t + 1)
                #expect(distance(result.filtered[t], filtered) < 1e-10)
                let predicted = try joint.law(of: joint.state(t), given: x, upTo: t)
                #expect(distance(result.predicted[t], predicted) < 1e-10)
            }
            let total = try joint.logLikelihood(x, upTo: steps)
            #expect(abs(result.logLikelihood - total) < 1e-10)
        }
    }

    @Test func `smoother and lag-one covariances equal the joint Gaussian`() throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            let (model, sequence, joint) = try instance(seed)
            let result = try model.smooth(sequence)
            let x = sequence.observations
            #expect(result.lagOneCovariances.count == steps - 1)
            for t in 0..<steps {
                let law = try joint.law(of: joint.state(t), given: x, upTo: steps)
                #expect(distance(result.smoothed[t], law) < 1e-10)
                if t == steps - 1 { break }
                let pair = try joint.law(
                    of: joint.state(t) + joint.state(t + 1), given: x, upTo: steps)
                let cross = pair.covariance.block(rows: 0..<3, columns: 3..<6)
                #expect((result.lagOneCovariances[t] - cross).largestMagnitude < 1e-10)
            }
        }
    }

    @Test func `forecasts equal the joint Gaussian`() throws {
        var random = RandomModels(seed: 9)
        let (seen, ahead) = (3, 3)
        let model = try random.varying(states: 3, emissions: 2, inputs: 2, steps: seen + ahead)
        let inputs = random.matrix(seen + ahead, 2)
        let past = LinearGaussianSequence(
            observations: random.matrix(seen, 2),
            inputs: inputs.block(rows: 0..<seen, columns: 0..<2))
        guard case .predictive(let first) = model.initial else { fatalError("initial") }
        let joint = StackedGaussian(model, first: first, steps: seen + ahead, inputs: inputs)
        let future = inputs.block(rows: seen..<seen + ahead, columns: 0..<2)
        let forecast = try model.forecast(ahead, after: past, inputs: future)
        #expect(forecast.states.count == ahead)
        for k in 0..<ahead {
            let state = try joint.law(
                of: joint.state(seen + k), given: past.observations, upTo: seen)
            let emission = try joint.law(
                of: joint.emission(seen + k), given: past.observations, upTo: seen)
            #expect(distance(forecast.states[k], state) < 1e-10)
            #expect(distance(forecast.observations[k], emission) < 1e-10)
        }
        #expect(throws: LinearGaussianError.self) { try model.forecast(1, after: past) }
        #expect(throws: LinearGaussianError.self) {
            try model.forecast(ahead + 1, after: past, inputs: random.matrix(ahead + 1, 2))
        }
    }

    @Test func `the step-by-step filter agrees with the run`() throws {
        let (model, sequence, _) = try instance(11)
        let whole = try model.filter(sequence)
        let filter = KalmanFilter(model)
        var belief = try filter.initialBelief()
        for t in 0..<steps {
            let action = sequence.inputs?.row(t)
            let update = try filter.update(
                belief, observation: sequence.observations.row(t), action: action, step: t)
            #expect(abs(update.logLikelihood - whole.logLikelihoods[t]) < 1e-12)
            #expect(distance(update.belief, whole.filtered[t]) < 1e-12)
            if t < steps - 1 {
                belief = try filter.predict(update.belief, action: action, step: t)
            }
        }
    }

    @Test func `a law at time zero makes one transition first`() throws {
        var random = RandomModels(seed: 12)
        let law = random.law(2)
        let model = try random.fixed(states: 2, emissions: 1, inputs: 0, initial: .atTimeZero(law))
        let zero = random.sequence(steps: 4, emissions: 1, inputs: 0)
        // The same with a first step that emits nothing seen.
        var predictive = model
        predictive.initial = .predictive(law)
        let shifted = LinearGaussianSequence([nil] + zero.observations.elements.map { $0 })
        let (a, b) = (try model.filter(zero), try predictive.filter(shifted))
        #expect(abs(a.logLikelihood - b.logLikelihood) < 1e-12)
        for t in 0..<4 { #expect(distance(a.filtered[t], b.filtered[t + 1]) < 1e-12) }
    }

    @Test func `the stationary law repeats under prediction`() throws {
        var random = RandomModels(seed: 13)
        let model = try random.fixed(states: 3, emissions: 1, inputs: 0, initial: .stationary)
        let law = try model.stationaryLaw()
        let next = try KalmanFilter(model).predict(law, action: nil, step: 0)
        #expect(distance(law, next) < 1e-12)
        var unstable = model
        unstable.transition = .fixed(Matrix.identity(3))
        #expect(throws: LinearGaussianError.self) { try unstable.stationaryLaw() }
    }
}
