import Foundation
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

    /// A decision of one number as they come: a point at s is pushed by a, and away from 0 or
    /// pushing costs, S(a) = −½ (κ s² + c a² + κ (s + a)²).
    private struct Pushed {
        let place: Double
        let push: Double

        init(_ generator: inout Generator) {
            place = 0.7 + 2.1 * generator.uniform()
            push = 0.7 + 0.7 * generator.uniform()
        }

        /// With the habit of the golden decision, N(0.2, 1 / 1.5).
        var model: LinearGaussianImagination {
            let one = Matrix(rows: 1, columns: 1, repeating: 1)
            return LinearGaussianImagination(
                LinearQuadraticProblem(
                    dynamics: one, input: one,
                    cost: QuadraticCost(state: place * one, action: push * one)),
                habitMean: 0.2, habitDeviation: (1 / 1.5).squareRoot())
        }

        /// log of the integral of the habit times exp S, the greatest J, from a state.
        func evidence(_ state: Double) -> Double {
            let precision = 1.5 + place + push
            let mean = (0.3 - place * state) / precision
            return 0.5 * (log(1.5 / precision) + precision * mean * mean - 1.5 * 0.04)
                - place * state * state
        }
    }

    /// A planner that has learned on such decisions, none of which it will see again. A gradient of
    /// one number and one deviation: normalized over its elements it would be 0/0.
    private static func decider(_ generator: inout Generator) throws -> AmortizedActionInference {
        var planner = planner(horizon: 1, rate: 0.2)
        planner.samples = 32
        for (rate, plans) in [(1e-2, 150), (2e-3, 100)] {
            let training = try training(planner, rate: rate)
            for _ in 0..<plans {
                let states = Tensor.normal([32, 1], type: .float64, using: &generator) * 1.2
                _ = try training.infer(
                    in: Pushed(&generator).model, from: states,
                    toward: PlanningObjective(horizon: 1), using: &generator)
            }
        }
        return planner
    }

    @Test func `a trained planner finds posteriors of decisions, iteration by iteration`() throws {
        var generator = Generator(seed: 42)
        var planner = try Self.decider(&generator)
        planner.samples = 4_000
        let objective = PlanningObjective(horizon: 1)
        let golden = try planner.infer(
            in: LinearGaussianImagination.oneDecision, from: .zeros([1, 1], type: .float64),
            toward: objective, using: &generator)
        #expect(abs(golden.first.mean.item() - 0.441860) < 2e-2)
        #expect(abs(golden.first.standardDeviation.item() - 1 / 4.3.squareRoot()) < 3e-2)
        // J less its optimum after each iteration, a mean over decisions.
        var (gaps, squares) = ([Double](repeating: 0, count: 6), [Double](repeating: 0, count: 6))
        for _ in 0..<8 {
            let decision = Pushed(&generator)
            let states = Tensor.normal([32, 1], type: .float64, using: &generator) * 1.2
            let bound = try #require(
                planner.infer(
                    in: decision.model, from: states, toward: objective, using: &generator
                ).objective)
            let best = Tensor(states.doubles().map { decision.evidence($0) })
            let parts = (bound.mean - best).sum(axis: 1).doubles()
            let spreads = bound.standardError!.square().sum(axis: 1).doubles()
            for index in 0..<6 {
                gaps[index] += parts[index] / 256
                squares[index] += spreads[index] / 256 / 256
            }
        }
        let errors = squares.map { $0.squareRoot() }
        #expect(gaps[0] < -0.5)
        #expect(gaps[5] - gaps[1] > 4 * (errors[1] + errors[5]))
        #expect(abs(gaps[5]) < 0.01 + 4 * errors[5])
    }

    /// A planner that has learned the double integrator with a horizon of 4, and its problem.
    private static func regulator() throws -> AmortizedActionInference {
        var planner = planner(horizon: 4)
        planner.samples = 8
        let training = try training(planner, rate: 5e-3)
        let model = LinearGaussianImagination(
            LinearGaussianImagination.doubleIntegrator(), habitDeviation: 0.8)
        var generator = Generator(seed: 43)
        for _ in 0..<150 {
            _ = try training.infer(
                in: model, from: .normal([32, 2], type: .float64, using: &generator),
                toward: PlanningObjective(horizon: 4), using: &generator)
        }
        return planner
    }

    /// The most that laws with independent actions can reach of the evidence of a sequence's
    /// Gaussian posterior, in nats below it: ½ (Σ log Λ_ii − log |Λ|).
    private static func factoring(_ problem: LinearQuadraticProblem) throws -> Double {
        let scorer = ImaginationScorer(
            LinearGaussianImagination(problem, habitDeviation: 0.8),
            from: .zeros([1, 2], type: .float64), toward: PlanningObjective(horizon: 4))
        let units = (0..<4).map { index in (0..<4).map { $0 == index ? 1.0 : 0 } }
        let none = [0.0, 0, 0, 0]
        let pairs = ([none] + units).flatMap { first in
            ([none] + units).map { zip(first, $0).map { $0 + $1 } }
        }
        var generator = Generator(seed: 1)
        let scores = try scorer.scores(
            of: Tensor(pairs.flatMap { $0 }, shape: [1, 25, 4, 1]), using: &generator
        ).doubles()
        // S is quadratic, so its second differences are its curvature.
        let precision = Matrix(rows: 4, columns: 4) { row, column in
            let bend =
                scores[5 * (row + 1) + column + 1] - scores[5 * (row + 1)] - scores[column + 1]
                + scores[0]
            return (row == column ? 1 / 0.64 : 0) - bend
        }
        let diagonal = (0..<4).map { log(precision[$0, $0]) }.reduce(0, +)
        return 0.5 * (diagonal - (try Cholesky(precision).logDeterminant))
    }

    /// J of every iterate, a mean over states, less the most that independent actions can reach.
    private static func gaps(
        _ found: ActionPosterior<Normal>, _ problem: LinearQuadraticProblem, _ states: Tensor
    ) throws -> (values: [Double], errors: [Double], firstMeans: [Double]) {
        let exact = try problem.solve(
            steps: 4,
            objective: .bound(temperature: 1, prior: .gaussian(variance: 0.64, actions: 1)))
        let count = states.shape[0]
        let rows = (0..<count).map { states[$0].doubles() }
        let optimum =
            rows.map { exact.values[0]($0) }.reduce(0, +) / Double(count)
            - (try factoring(problem))
        let bound = try #require(found.objective)
        return (
            bound.mean.mean(axis: 1).doubles().map { $0 - optimum },
            (bound.standardError!.square().sum(axis: 1).sqrt() / Double(count)).doubles(),
            rows.map { exact.policies[0].mean($0)[0] }
        )
    }

    @Test func `a trained planner is the regulator, and ascends what it was not trained for`()
        throws
    {
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
        #expect(abs(gaps[5]) < 0.02 + 4 * errors[5])
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
        // Also where an agent acts, and nothing else is recorded. Before the first step the heads
        // are 0 and alone have a gradient.
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
        let learning = zip(planner.parameters, slopes.dropFirst(model.parameters.count))
            .filter { $1 > 0 }.map { $0.0.name }
        #expect(learning == ["heads.weight", "heads.bias"])
        #expect((model.parameters + planner.parameters).map { $0.tensor.floats() } == before)
        let training = try #require(
            PlannerTraining<Normal>(of: planner, learningRate: 1e-2, clippingNorm: 1))
        for _ in 0..<2 {
            _ = try training.infer(in: model, from: states, toward: objective, using: &generator)
        }
        #expect(training.plans == 2)
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
