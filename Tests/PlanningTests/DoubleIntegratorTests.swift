import Foundation
import OptimistCore
import OptimistOracles
import OptimistPlanning
import OptimistTorch
import Testing

/// Planners against the exact answers of fixture F1.
@Suite struct DoubleIntegratorTests {
    private let scorer = QuadraticScorer()
    private let optimalCost = 3.272531160
    private let box = ActionBox(-10, 10, width: 1, type: .float64)

    private func plan(
        _ planner: some Planner, box: ActionBox, seed: UInt64 = 0
    ) throws -> Plan {
        var memory = PlanMemory(states: 1, horizon: 20, box: box)
        var generator = Generator(seed: seed)
        return try planner.plan(scorer.problem(box: box), from: &memory, using: &generator)
    }

    private func method(_ variant: CrossEntropyMethod.Variant) -> CrossEntropyMethod {
        var method = CrossEntropyMethod(variant)
        method.candidates = 1_000
        method.elites = 100
        method.iterations = 60
        method.initialDeviation = variant == .clipped ? 5 : nil
        return method
    }

    @Test func `the scorer's optimum is the Riccati optimum`() throws {
        let optimum = try LinearQuadratic.doubleIntegrator.optimum()
        #expect(abs(optimum.cost - optimalCost) < 1e-9)
        #expect(abs(scorer.cost(of: Tensor(optimum.plan)) - optimalCost) < 1e-9)
    }

    @Test(arguments: [0, 1, 2] as [UInt64])
    func `the clipped cross-entropy method finds the optimum`(seed: UInt64) throws {
        let plan = try plan(method(.clipped), box: box, seed: seed)
        #expect(scorer.cost(of: plan.actions) - optimalCost < 5e-4)
        #expect(abs(plan.first.item() + 7.603) < 0.2)
    }

    @Test(arguments: [0, 1, 2] as [UInt64])
    func `the truncated cross-entropy method comes near the optimum`(seed: UInt64) throws {
        var method = method(.pets)
        method.stopVariance = 0
        let plan = try plan(method, box: box, seed: seed)
        #expect(scorer.cost(of: plan.actions) - optimalCost < 1e-2)
    }

    @Test(arguments: [false, true])
    func `the path integral over elites finds the optimum`(drawsElite: Bool) throws {
        var planner = ElitePathIntegral()
        (planner.candidates, planner.elites, planner.iterations) = (1_000, 100, 60)
        (planner.deviations, planner.temperature) = (1e-4...5, 0.1)
        planner.drawsElite = drawsElite
        let plan = try plan(planner, box: box)
        #expect(scorer.cost(of: plan.actions) - optimalCost < 1e-2)
    }

    @Test func `with all draws as elites and one deviation it is a path integral`() throws {
        var elite = ElitePathIntegral()
        (elite.candidates, elite.elites, elite.iterations) = (200, 200, 3)
        (elite.deviations, elite.temperature) = (2...2, 1.5)
        var plain = PathIntegral()
        (plain.candidates, plain.iterations, plain.deviation) = (200, 3, 2)
        (plain.temperature, plain.usesPriorRatio) = (1.5, false)
        let difference = try (plan(elite, box: box).actions - plan(plain, box: box).actions).abs()
        #expect(difference.max().item() < 1e-9)
    }

    @Test func `the gradient planner converges`() throws {
        var planner = GradientPlanner()
        planner.learningRate = 0.02
        planner.iterations = 4_000
        let plan = try plan(planner, box: box)
        #expect(abs(plan.first.item() + 7.603179) < 1e-3)
        #expect(scorer.cost(of: plan.actions) - optimalCost < 1e-5)
    }

    /// The mean first action over some passes of a path integral without a box.
    private func meanFirst(ratio: Bool, passes: ClosedRange<Int>) throws -> Double {
        var planner = PathIntegral()
        planner.candidates = 20_000
        planner.deviation = 2
        planner.usesPriorRatio = ratio
        planner.clips = false
        var memory = PlanMemory(states: 1, horizon: 20, box: box)
        var generator = Generator(seed: 7)
        var firsts: [Double] = []
        for _ in 1...passes.upperBound {
            let plan = try planner.plan(
                scorer.problem(box: box), from: &memory, using: &generator)
            firsts.append(plan.first.item())
        }
        return Estimate(of: firsts.suffix(passes.count)).mean
    }

    @Test func `with the prior ratio a path integral settles at the posterior mean`() throws {
        let exact = try LinearQuadratic.doubleIntegrator.posterior(
            temperature: 1, priorVariance: 4
        ).mean[0]
        #expect(abs(exact + 1.739995) < 5e-7)
        #expect(abs(try meanFirst(ratio: true, passes: 41...60) - exact) < 0.03)
    }

    @Test func `without it a path integral converges to the optimum`() throws {
        let exact = try LinearQuadratic.doubleIntegrator.recenteredMeans(
            passes: 200, temperature: 1, variance: 4)
        #expect(abs(exact[199][0] + 7.602934) < 5e-7)
        #expect(abs(try meanFirst(ratio: false, passes: 181...200) + 7.60) < 0.15)
    }

    @Test func `prior draws estimate the log evidence`() throws {
        var generator = Generator(seed: 3)
        let draws =
            Tensor.normal([1, 200_000, 20, 1], type: .float64, using: &generator) * 2
        let scores = scorer.scores(of: draws, using: &generator)
        let evidence = scores.logSumExp(axis: 1).item() - log(200_000)
        // Standard error 0.005.
        #expect(abs(evidence + 6.925012) < 0.025)
    }
}
