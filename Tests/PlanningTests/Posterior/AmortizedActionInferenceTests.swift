import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct AmortizedActionInferenceTests {
    private static func planner(
        horizon: Int, iterations: Int = 5, rate: Double = 0.1, seed: UInt64 = 41
    ) -> AmortizedActionInference {
        var generator = Generator(seed: seed)
        return AmortizedActionInference(
            horizon: horizon, actions: 1, units: [32, 32], iterations: iterations, rate: rate,
            clippingNorm: 20, type: .float64, using: &generator)
    }

    private static func training(
        _ planner: AmortizedActionInference, rate: Double = 3e-3
    ) throws -> PlannerTraining<Normal> {
        try #require(
            PlannerTraining(of: planner, learningRate: rate, clippingNorm: 10))
    }

    /// A decision of one number, S(a) = −½ c a² − b a, as they come.
    private static func decision(_ generator: inout Generator) -> LinearGaussianImagination {
        .decision(
            curvature: 1.4 + 2.8 * generator.uniform(), slope: 2 - 6.8 * generator.uniform(),
            habitMean: 2 * generator.uniform() - 0.8,
            habitDeviation: 0.6 + 0.5 * generator.uniform())
    }

    // A gradient of one number and its deviation: normalized over its elements it would be 0/0.
    @Test func `a trained planner finds the posterior of one decision`() throws {
        var planner = Self.planner(horizon: 1)
        planner.samples = 64
        let training = try Self.training(planner, rate: 5e-3)
        let (state, objective) = (
            Tensor.zeros([1, 1], type: .float64), PlanningObjective(horizon: 1)
        )
        var generator = Generator(seed: 42)
        for _ in 0..<400 {
            _ = try training.infer(
                in: Self.decision(&generator), from: state, toward: objective, using: &generator)
        }
        planner.samples = 4_000
        let found = try planner.infer(
            in: LinearGaussianImagination.oneDecision, from: state, toward: objective,
            using: &generator)
        #expect(abs(found.first.mean.item() - 0.441860) < 2e-2)
        #expect(abs(found.first.standardDeviation.item() - 1 / 4.3.squareRoot()) < 2e-2)
        let exact = LinearGaussianImagination.oneDecisionLogEvidence
        let bound = try #require(found.objective)
        let (values, errors) = (bound.mean.doubles(), bound.standardError!.doubles())
        #expect(abs(values[5] - exact) < 0.01 + 4 * errors[5])
        #expect(exact - values[0] > 0.1)
    }

    /// A planner that has learned the double integrator with a horizon of 4, and its problem.
    private static func regulator() throws -> AmortizedActionInference {
        var planner = planner(horizon: 4)
        planner.samples = 8
        let training = try training(planner)
        let model = LinearGaussianImagination(
            LinearGaussianImagination.doubleIntegrator(), habitDeviation: 0.8)
        var generator = Generator(seed: 43)
        for _ in 0..<250 {
            _ = try training.infer(
                in: model, from: .normal([32, 2], type: .float64, using: &generator),
                toward: PlanningObjective(horizon: 4), using: &generator)
        }
        return planner
    }

    /// J of every iterate, a mean over states, less the exact optimum.
    private static func gaps(
        _ found: ActionPosterior<Normal>, _ problem: LinearQuadraticProblem, _ states: Tensor
    ) throws -> (values: [Double], errors: [Double], firstMeans: [Double]) {
        let exact = try problem.solve(
            steps: 4,
            objective: .bound(temperature: 1, prior: .gaussian(variance: 0.64, actions: 1)))
        let count = states.shape[0]
        let rows = (0..<count).map { states[$0].doubles() }
        let optimum = rows.map { exact.values[0]($0) }.reduce(0, +) / Double(count)
        let bound = try #require(found.objective)
        return (
            bound.mean.mean(axis: 1).doubles().map { $0 - optimum },
            (bound.standardError!.square().sum(axis: 1).sqrt() / Double(count)).doubles(),
            rows.map { exact.policies[0].mean($0)[0] }
        )
    }

    @Test func `a trained planner is the regulator, on more than its first iteration`() throws {
        var planner = try Self.regulator()
        planner.samples = 64
        let problem = LinearGaussianImagination.doubleIntegrator()
        var generator = Generator(seed: 44)
        let states = Tensor.normal([64, 2], type: .float64, using: &generator)
        func plan(_ problem: LinearQuadraticProblem) throws -> ActionPosterior<Normal> {
            try planner.infer(
                in: LinearGaussianImagination(problem, habitDeviation: 0.8), from: states,
                toward: PlanningObjective(horizon: 4), using: &generator)
        }
        let found = try plan(problem)
        let (gaps, errors, means) = try Self.gaps(found, problem, states)
        #expect(gaps[0] < -1)
        #expect(gaps[5] - gaps[1] > 4 * (errors[5] + errors[1]))
        #expect(abs(gaps[5]) < 0.05 + 4 * errors[5])
        let misses = zip(found.first.mean.doubles(), means).map { abs($0 - $1) }
        #expect(misses.reduce(0, +) / Double(misses.count) < 0.05)
        // What it never saw: a push that works the other way round, in another measure.
        let other = LinearQuadraticProblem(
            dynamics: problem.dynamics, input: -0.7 * problem.input, noise: problem.noise,
            cost: problem.cost)
        let moved = try Self.gaps(plan(other), other, states)
        #expect(moved.values[5] - moved.values[0] > 4 * (moved.errors[5] + moved.errors[0]))
        #expect(moved.values[5] > 0.3 * moved.values[0])
    }

    @Test func `planning changes and differentiates the planner alone`() throws {
        var generator = Generator(seed: 45)
        let model = NeuralImagination(width: 6, actions: 2, hidden: 16, using: &generator)
        let planner = AmortizedActionInference(
            horizon: 4, actions: 2, units: [16], iterations: 2, using: &generator)
        let states = Tensor.normal([3, 6], using: &generator)
        let objective = PlanningObjective(horizon: 4, discount: 0.98)
        let before = (model.parameters + planner.parameters).map { $0.tensor.floats() }
        // Also where an agent acts, and nothing else is recorded.
        let found = try withoutGradient {
            try planner.inferLearning(
                in: model, from: states, toward: objective, using: &generator)
        }
        #expect(!found.posterior.first.mean.requiresGradient)
        let slopes = gradients(
            of: found.loss, withRespectTo: (model.parameters + planner.parameters).map(\.tensor),
            allowUnused: true
        ).map { $0.abs().max().item() }
        #expect(slopes.prefix(model.parameters.count).allSatisfy { $0 == 0 })
        #expect(slopes.dropFirst(model.parameters.count).allSatisfy { $0 > 0 })
        #expect((model.parameters + planner.parameters).map { $0.tensor.floats() } == before)
        let training = try #require(
            PlannerTraining<Normal>(of: planner, learningRate: 1e-2, clippingNorm: 1))
        _ = try training.infer(in: model, from: states, toward: objective, using: &generator)
        #expect(training.plans == 1)
        let after = (model.parameters + planner.parameters).map { $0.tensor.floats() }
        let count = model.parameters.count
        #expect(after.prefix(count) == before.prefix(count))
        #expect(zip(after, before).dropFirst(count).allSatisfy { $0 != $1 })
    }

    @Test func `training goes on from an archive, bit for bit`() throws {
        let model = LinearGaussianImagination(
            LinearGaussianImagination.doubleIntegrator(noise: 0.1), habitDeviation: 0.8)
        func plan(
            _ training: PlannerTraining<Normal>, _ times: Int, _ generator: inout Generator
        ) throws -> [Double] {
            var means: [Double] = []
            for _ in 0..<times {
                means += try training.infer(
                    in: model, from: .normal([2, 2], type: .float64, using: &generator),
                    toward: PlanningObjective(horizon: 3), using: &generator
                ).first.mean.doubles()
            }
            return means
        }
        let first = try Self.training(Self.planner(horizon: 3))
        var generator = Generator(seed: 46)
        _ = try plan(first, 5, &generator)
        let archive = Archive()
        first.save(to: archive)
        let second = try Self.training(Self.planner(horizon: 3, seed: 99))
        try second.load(from: archive)
        #expect(second.plans == 5)
        var same = generator
        #expect(try plan(first, 5, &generator) == plan(second, 5, &same))
        // It is the learning that goes on: what was loaded and does not learn differs soon.
        let still = Self.planner(horizon: 3, seed: 99)
        #expect(PlannerTraining(of: VariationalGradient(), learningRate: 1, clippingNorm: 1) == nil)
        try still.load(from: archive.scope("network"))
        let learned = Archive()
        second.save(to: learned)
        let (old, new) = (Archive(), learned.scope("network"))
        still.save(to: old)
        #expect(
            try old.names.allSatisfy { try old.tensor($0).doubles() != new.tensor($0).doubles() })
    }

    @Test func `a gradient that is too long does not throw the plan away`() throws {
        var planner = Self.planner(horizon: 1, iterations: 3)
        planner.samples = 16
        let steep = LinearGaussianImagination.decision(curvature: 1e6, slope: -2e6)
        var generator = Generator(seed: 47)
        let found = try planner.infer(
            in: steep, from: Tensor.zeros([1, 1], type: .float64),
            toward: PlanningObjective(horizon: 1), using: &generator)
        let bounds = found.objective!.mean.doubles()
        #expect(bounds.allSatisfy { $0.isFinite })
        #expect(found.first.mean.isFinite().all().item() == 1)
        #expect(found.sequence!.standardDeviation.min().item() > 0)
    }

    @Test func `a state that is no number is reported`() throws {
        var generator = Generator(seed: 48)
        #expect(throws: PlanningError.noFiniteScore(state: 1)) {
            try Self.planner(horizon: 1).infer(
                in: LinearGaussianImagination.oneDecision,
                from: Tensor([0, Double.nan], shape: [2, 1]), toward: PlanningObjective(horizon: 1),
                using: &generator)
        }
    }
}
