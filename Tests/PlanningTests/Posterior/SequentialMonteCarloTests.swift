import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct SequentialMonteCarloTests {
    typealias Planner = SequentialMonteCarlo<Categorical>

    /// log Ẑ of independent runs in the golden environment; every particle has its own first state
    /// and is weighted by the first reward too.
    private func logEvidence(
        _ particles: Int, _ rule: Planner.Resampling, runs: Int, seed: UInt64
    ) throws -> [Double] {
        let (agent, environment) = (try GoldenInstance.agent(), try GoldenInstance.environment())
        let model = TabularImagination(environment: environment, agent: agent)
        var (chances, states, weights) = ([Double](), [Int](), [Double]())
        for arrival in 0..<environment.arrivalCount {
            let belief = agent.model.firstJoint(arrival)
            let total = belief.reduce(0, +)
            for (s, chance) in environment.firstJoint(arrival).enumerated() {
                for (z, weight) in belief.enumerated() {
                    chances.append(chance * weight / total)
                    states.append(s * 2 + z)
                    weights.append(Double(arrival % 2) - 1)
                }
            }
        }
        var planner = Planner()
        (planner.particles, planner.resampling) = (particles, rule)
        var generator = Generator(seed: seed)
        let drawn = Tensor.categorical(
            probabilities: Tensor(chances), count: runs * particles, using: &generator)
        func start(_ table: Tensor) -> Tensor {
            table.indexSelect(axis: 0, drawn).reshaped([runs, particles])
        }
        return try planner.infer(
            in: model, fromParticles: start(Tensor(states)), logWeights: start(Tensor(weights)),
            toward: PlanningObjective(horizon: 2), using: &generator
        ).logEvidence!.mean.doubles()
    }

    @Test(arguments: [
        Planner.Resampling.never, .everyStep, .effectiveShare(0.5),
    ])
    func `the evidence of the golden instance is estimated without bias`(
        rule: Planner.Resampling
    ) throws {
        let exact = try GoldenRewardLaw().evidence
        #expect(abs(exact.mean - 0.247479) < 5e-7 && abs(exact.deviation - 0.249) < 5e-4)
        for particles in [1, 4, 16] {
            let found = try logEvidence(particles, rule, runs: 20_000, seed: 1)
            let mean = Estimate(of: found.map { exp($0) })
            #expect(abs(mean.mean - exact.mean) < 3 * mean.standardError!)
            if particles == 1 {
                let deviation = mean.standardError! * 20_000.0.squareRoot()
                // With a kurtosis of 6.5 it is known to √(5.5 / 80 000) of itself.
                #expect(abs(deviation / exact.deviation - 1) < 4 * (5.5 / 80_000).squareRoot())
            }
        }
    }

    @Test func `without resampling its logarithm is a multinomial sum`() throws {
        let law = try GoldenRewardLaw()
        for (particles, expected) in [
            (1, -1.800491), (4, -1.520679), (16, -1.428374), (64, -1.404388),
        ] {
            #expect(abs(law.expectedLogEvidence(particles: particles) - expected) < 5e-7)
        }
    }

    @Test(arguments: [
        (Planner.Resampling.never, [-1.800491, -1.520679, -1.428374, -1.404388], 0),
        (.effectiveShare(0.5), [-1.800491, -1.520, -1.428, -1.405], 0.0015),
        (.everyStep, [-1.800491, -1.507, -1.423, -1.403], 0.0015),
    ])
    func `its logarithm rises towards the evidence's with particles`(
        rule: Planner.Resampling, expected: [Double], slack: Double
    ) throws {
        for (index, particles) in [1, 4, 16, 64].enumerated() {
            let runs = particles == 64 ? 6_000 : 20_000
            let mean = Estimate(of: try logEvidence(particles, rule, runs: runs, seed: 2))
            #expect(abs(mean.mean - expected[index]) < 4 * mean.standardError! + slack)
        }
    }

    /// Three states in a ring, deterministic, over three steps; a state's index counts the steps
    /// too.
    private func ring() -> (model: TabularImagination, posterior: [[Double]], values: [Double]) {
        let (horizon, size) = (3, 3)
        let habit = [[0.3, 0.7], [0.6, 0.4], [0.5, 0.5]]
        let gain = [[-0.2, -1.5], [-0.9, -0.1], [-2.0, -0.4]]
        func next(_ s: Int, _ a: Int) -> Int { (s + 1 + a) % size }
        var values = [Double](repeating: 0, count: (horizon + 1) * size)
        var posterior = [[Double]](repeating: [0.5, 0.5], count: values.count)
        for time in (0..<horizon).reversed() {
            for s in 0..<size {
                let joint = (0..<2).map {
                    habit[s][$0] * exp(gain[s][$0] + values[(time + 1) * size + next(s, $0)])
                }
                let total = joint.reduce(0, +)
                values[time * size + s] = log(total)
                posterior[time * size + s] = joint.map { $0 / total }
            }
        }
        let model = TabularImagination(
            habit: (0...horizon).flatMap { _ in habit },
            outcomes: (0...horizon).flatMap { time in
                (0..<size).map { s in
                    (0..<2).map { a in
                        [
                            .init(
                                probability: 1,
                                next: min(time + 1, horizon) * size + next(s, a),
                                logOptimality: gain[s][a])
                        ]
                    }
                }
            }, values: values)
        return (model, posterior, values)
    }

    @Test func `exact values and the exact posterior as proposal make all weights equal`() throws {
        let (model, laws, values) = ring()
        let table = Tensor(laws.flatMap { $0 }, shape: [laws.count, 2])
        var generator = Generator(seed: 3)
        let starts = Tensor([0, 1, 2]).unsqueezed(axis: 1).expanded([3, 64])
        let found = try Planner().infer(
            in: model, fromParticles: starts,
            proposing: { Categorical(weights: table.indexSelect(axis: 0, $1)) },
            toward: PlanningObjective(horizon: 3), using: &generator)
        let weights = found.particles!.logWeights.exp() * 64
        #expect(weights.variance(axis: 1).max().item() < 1e-20)
        for (found, value) in zip(found.logEvidence!.mean.doubles(), values) {
            #expect(abs(found - value) < 1e-12)
        }
        let first = found.first.probabilities.doubles()
        // A frequency of 64 draws is known to 1/16 at most.
        for s in 0..<3 { #expect(abs(first[s * 2] - laws[s][0]) < 4.0 / 16) }
    }

    @Test(arguments: [true, false])
    func `counting on the value along the way never changes what is estimated`(
        twists: Bool
    ) throws {
        let (model, _, values) = ring()
        var planner = Planner()
        (planner.particles, planner.twistsByValue) = (8, twists)
        var generator = Generator(seed: 4)
        let found = try planner.infer(
            in: model, from: Tensor([Int](repeating: 0, count: 20_000)),
            toward: PlanningObjective(horizon: 3), using: &generator)
        let mean = Estimate(of: found.logEvidence!.mean.doubles().map { exp($0) })
        #expect(abs(mean.mean - exp(values[0])) < 4 * mean.standardError!)
        // A wrong value along the way, left out at the end, biases nothing either.
        let wrong = TabularImagination(
            habit: [[0.5, 0.5]],
            outcomes: [
                [-1.0, 0].map { [.init(probability: 1, next: 0, logOptimality: $0)] }
            ], values: [1.7])
        planner.valuesEnd = false
        let twisted = try planner.infer(
            in: wrong, from: Tensor([Int](repeating: 0, count: 5_000)),
            toward: PlanningObjective(horizon: 2), using: &generator)
        let evidence = Estimate(of: twisted.logEvidence!.mean.doubles().map { exp($0) })
        let exact = (0.5 * (1 + exp(-1))) * (0.5 * (1 + exp(-1)))
        #expect(abs(evidence.mean - exact) < 4 * evidence.standardError!)
    }

    @Test func `without resampling a particle's weight is the score of its actions`() throws {
        var problem = LinearGaussianImagination.doubleIntegrator()
        problem.discount = 1
        let model = LinearGaussianImagination(problem, habitDeviation: 0.5)
        let states = Tensor([1.0, 0, -0.5, 0.3], shape: [2, 2])
        let objective = PlanningObjective(horizon: 4, discount: 0.9)
        for particles in [1, 5] {
            var planner = SequentialMonteCarlo<Normal>()
            (planner.particles, planner.resampling) = (particles, .never)
            var generator = Generator(seed: 5)
            let found = try planner.infer(
                in: model, from: states, toward: objective, using: &generator)
            let scores = try ImaginationScorer(model, from: states, toward: objective)
                .scores(of: found.particles!.actions, using: &generator)
            let weights = scores.logSoftmax(axis: 1)
            #expect(found.particles!.logWeights.isClose(to: weights, relative: 1e-10))
            #expect(found.distinctRoots!.doubles() == [Double(particles), Double(particles)])
            if particles == 1 {
                #expect(found.logEvidence!.mean.isClose(to: scores.select(axis: 1, 0)))
            }
        }
    }

    @Test func `resampling at every step loses roots, a threshold keeps more of them`() throws {
        let one = Matrix(rows: 1, columns: 1, repeating: 1)
        let model = LinearGaussianImagination(
            .init(dynamics: one, input: one, cost: .init(state: 0.1 * one, action: 0.1 * one)),
            habitDeviation: 1)
        func roots(_ rule: SequentialMonteCarlo<Normal>.Resampling) throws -> Double {
            var planner = SequentialMonteCarlo<Normal>()
            (planner.particles, planner.resampling) = (16, rule)
            planner.twistsByValue = false
            var generator = Generator(seed: 6)
            return try planner.infer(
                in: model, from: Tensor.zeros([200, 1], type: .float64),
                toward: PlanningObjective(horizon: 12), using: &generator
            ).distinctRoots!.mean().item()
        }
        let (always, threshold) = (try roots(.everyStep), try roots(.effectiveShare(0.5)))
        #expect(always < 10)
        #expect(threshold > always + 1)
        #expect(try roots(.never) == 16)
    }

    @Test(arguments: [true, false])
    func `futures that have ended keep their weight and are not resampled away`(
        keeps: Bool
    ) throws {
        // Action 0 ends at once and costs 3 nats; action 1 goes on for nothing.
        let model = TabularImagination(
            habit: [[0.5, 0.5]],
            outcomes: [
                [
                    [.init(probability: 1, next: 0, logOptimality: -3, continuation: 0)],
                    [.init(probability: 1, next: 0, logOptimality: 0)],
                ]
            ])
        var planner = Planner()
        (planner.particles, planner.resampling, planner.keepsEnded) = (32, .everyStep, keeps)
        var generator = Generator(seed: 7)
        let found = try planner.infer(
            in: model, from: Tensor([Int](repeating: 0, count: 4_000)),
            toward: PlanningObjective(horizon: 2), using: &generator)
        let ended = found.particles!.first .== 0
        let share = ended.to(.float64).mean().item()
        let few = 0.5 * exp(-3) / (0.5 + 0.5 * exp(-3))
        #expect(abs(share - (keeps ? 0.5 : few)) < 0.02)
        // Ẑ is unbiased either way.
        let mean = Estimate(of: found.logEvidence!.mean.doubles().map { exp($0) })
        let exact = 0.5 * exp(-3) + 0.5 * (0.5 * exp(-3) + 0.5)
        #expect(abs(mean.mean - exact) < 4 * mean.standardError!)
    }
}
