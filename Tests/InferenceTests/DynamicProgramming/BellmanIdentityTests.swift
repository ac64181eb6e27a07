import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Limits and symmetries of the Bellman equation.
@Suite struct BellmanIdentityTests {
    private let fine = SoftDynamicProgramming.Stopping(tolerance: 1e-11)
    private let table = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]

    private func solve(
        _ model: TabularModel, scale: Double = 1, prior: ActionPrior = ModelFixtures.threePrior
    ) throws -> DiscountedSolution {
        try SoftDynamicProgramming(model, rewardScale: scale, prior: prior)
            .solve(discount: 0.9, stopping: fine)
    }

    @Test(arguments: [0.1, 1, 10, 100])
    func `the soft value lies below the hard one by at most the price of choice`(
        scale: Double
    ) throws {
        let model = try ModelFixtures.three()
        let soft = try solve(model, scale: scale, prior: .uniform).values
        let hard = try SoftDynamicProgramming(model, objective: .hard)
            .solve(discount: 0.9, stopping: fine).values
        for state in 0..<3 {
            #expect(soft[state] <= hard[state] + 1e-10)
            #expect(soft[state] >= hard[state] - log(2) / scale / 0.1 - 1e-10)
        }
    }

    @Test func `scales without bound give the hard and the prior's solution`() throws {
        let model = try ModelFixtures.three()
        let hard = try SoftDynamicProgramming(model, objective: .hard)
        let cold = try solve(model, scale: 1e6)
        let best = try hard.solve(discount: 0.9, stopping: fine)
        #expect(distance(cold.values, best.values) < 1e-4)
        #expect(distance(cold.policy, best.policy) < 1e-12)
        let hot = try solve(model, scale: 1e-6)
        #expect(distance(hot.policy, table) < 1e-5)
        #expect(distance(hot.values, try hard.evaluate(table, discount: 0.9)) < 1e-4)
    }

    @Test(arguments: [SoftDynamicProgramming.Objective.soft, .hard])
    func `a backup contracts, keeps order and discounts a constant`(
        objective: SoftDynamicProgramming.Objective
    ) throws {
        let model = try ModelFixtures.random(states: 50, actions: 4, successors: 5, seed: 6)
        let program = try SoftDynamicProgramming(model, objective: objective)
        let ends = (0..<50).map { model.pairs.isTerminal($0) }
        var generator = Generator(seed: 1)
        for _ in 0..<50 {
            let left = (0..<50).map { _ in 10 * generator.normal() }
            let right = (0..<50).map { _ in 10 * generator.normal() }
            let (a, b) = (
                program.backUp(left, discount: 0.8), program.backUp(right, discount: 0.8)
            )
            #expect(distance(a, b) <= 0.8 * distance(left, right) + 1e-12)
            let upper = zip(left, right).map { max($0, $1) }
            let above = program.backUp(upper, discount: 0.8)
            #expect(zip(above, a).allSatisfy { $0 >= $1 - 1e-12 })
            let raised = program.backUp(left.map { $0 + 3 }, discount: 0.8)
            let shifted = a.indices.map { ends[$0] ? 0 : a[$0] + 2.4 }
            #expect(distance(raised, shifted) < 1e-12)
        }
    }

    @Test func `a constant reward, a trade of scale and a potential change no policy`() throws {
        let model = try ModelFixtures.three()
        let plain = try solve(model)
        let raised = try solve(
            ModelFixtures.replacing(model.rewards.map { $0 + 0.7 }, in: model))
        #expect(distance(raised.policy, plain.policy) < 1e-10)
        #expect(distance(raised.values, plain.values.map { $0 + 7 }) < 1e-9)
        let traded = try solve(
            ModelFixtures.replacing(model.rewards.map { 4 * $0 }, in: model), scale: 0.25)
        #expect(distance(traded.policy, plain.policy) < 1e-10)
        #expect(abs(traded.bound - plain.bound) < 1e-9)
        let potential = [0.8, -1.1, 2]
        let shaped = try solve(ModelFixtures.shaping(model, by: potential, discount: 0.9))
        #expect(distance(shaped.policy, plain.policy) < 1e-10)
        #expect(distance(shaped.values, zip(plain.values, potential).map(-)) < 1e-9)
    }

    @Test func `the repeated KL step on a bandit is exact`() throws {
        let rewards = [0.3, -0.5, 1.1]
        let prior = [0.2, 0.5, 0.3]
        let bandit = try TabularModel(
            dense: [[[1], [1], [1]]], rewards: [rewards], start: [1])
        let program = try SoftDynamicProgramming(
            bandit, rewardScale: 0.6, prior: .table(prior))
        let policies = try program.klIteration(6, discount: 0.9, stopping: fine)
        for (step, policy) in policies.enumerated() {
            var expected = zip(prior, rewards).map { log($0) + Double(step) * 0.6 * $1 }
            _ = normalizeLogWeights(&expected)
            #expect(distance(policy, expected) < 1e-12)
        }
    }

    @Test func `an action without prior is never taken`() throws {
        let model = try ModelFixtures.three()
        let solution = try solve(model, prior: .table([1, 0, 0.25, 0.75, 0, 1]))
        #expect(solution.policy[1] == 0 && solution.policy[4] == 0)
        #expect(solution.values.allSatisfy { $0.isFinite })
        let certain = [1.0, 0, 0, 1, 1, 0]
        let only = try solve(model, scale: 3, prior: .table(certain))
        #expect(only.policy == certain)
        let hard = try SoftDynamicProgramming(model, objective: .hard)
        #expect(distance(only.values, try hard.evaluate(certain, discount: 0.9)) < 1e-9)
    }

    @Test func `a stopped iteration says what it does not know`() throws {
        let program = try SoftDynamicProgramming(ModelFixtures.forest(), objective: .hard)
        // Four sweeps and the middle of the bounds give the exact values here.
        let solution = try program.solve(
            discount: 0.96, method: .valueIteration, stopping: .init(tolerance: 1e-6))
        #expect(solution.sweeps <= 6)
        #expect(distance(solution.values, [74.6496, 78.1056, 82.1056]) < 1e-6)
        #expect(throws: DynamicProgrammingError.self) {
            try SoftDynamicProgramming(ModelFixtures.three()).solve(
                discount: 0.999, method: .valueIteration,
                stopping: .init(tolerance: 1e-9, maximumSweeps: 3))
        }
    }
}
