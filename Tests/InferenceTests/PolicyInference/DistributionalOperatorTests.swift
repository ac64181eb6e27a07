import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Laws of returns on atoms.
@Suite struct DistributionalOperatorTests {
    private func randomLaw(_ count: Int, _ generator: inout Generator) -> [Double] {
        let weights = (0..<count).map { _ in generator.uniform() }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    @Test func `decimals of a projection`() {
        let returns = CategoricalReturns(count: 5, minimum: 0, maximum: 4)
        let found = returns.projection(
            of: Array(repeating: 0.2, count: 5), reward: 0.5, discount: 0.9)
        #expect(distance(found, [0.1, 0.22, 0.22, 0.22, 0.24]) < 1e-15)
    }

    @Test func `mass is kept, and the mean where nothing is clipped`() {
        let returns = CategoricalReturns(count: 51, minimum: -10, maximum: 10)
        var generator = Generator(seed: 41)
        for _ in 0..<100 {
            let law = randomLaw(51, &generator)
            let reward = generator.uniform(-1, 1)
            let inside = returns.projection(of: law, reward: reward, discount: 0.9)
            #expect(abs(inside.reduce(0, +) - 1) < 1e-14)
            #expect(inside.allSatisfy { $0 >= 0 })
            #expect(abs(returns.mean(inside) - (reward + 0.9 * returns.mean(law))) < 1e-13)
            // Beyond the ends the mass stays too.
            let outside = returns.projection(of: law, reward: 8 * reward, discount: 1)
            #expect(abs(outside.reduce(0, +) - 1) < 1e-14)
        }
        // Atoms that fall on atoms keep their mass whole.
        #expect(
            distance(
                returns.projection(of: returns.certain(2), reward: 3.2, discount: 0.5),
                returns.certain(4.2)) < 1e-13)
        #expect(returns.certain(99).last == 1 && returns.certain(-99).first == 1)
    }

    @Test func `without a future only the atoms around the reward have mass`() {
        let returns = CategoricalReturns(count: 5, minimum: 0, maximum: 4)
        let found = returns.projection(
            of: [0.1, 0.2, 0.3, 0.2, 0.2], reward: 2.25, discount: 0)
        #expect(distance(found, [0, 0, 0.75, 0.25, 0]) < 1e-15)
    }

    @Test func `a backup contracts the largest Cramér distance by the root of the discount`() throws
    {
        let model = try PolicyFixtures.three()
        let returns = CategoricalReturns(count: 61, minimum: -15, maximum: 3)
        let program = try SoftDynamicProgramming(model)
        var generator = Generator(seed: 43)
        for discount in [0.9, 0.5] {
            let backup = DistributionalOperator(model, returns: returns, discount: discount)
            for _ in 0..<20 {
                let laws = (0..<2).map { _ in (0..<6).map { _ in randomLaw(61, &generator) } }
                let policy = PolicyFixtures.randomPolicy(program, steps: 1, &generator)[0]
                let next = laws.map { backup.backUp($0, policy: policy) }
                let before = backup.distance(laws[0], laws[1])
                #expect(backup.distance(next[0], next[1]) <= discount.squareRoot() * before)
            }
        }
        // Two certain returns: the distance is the root of their difference, and the factor is met.
        let two = CategoricalReturns(count: 101, minimum: -5, maximum: 5)
        let (left, right) = (two.certain(-4), two.certain(4))
        #expect(abs(two.cramerDistance(left, right) - 8.squareRoot()) < 1e-12)
        let shrunk = [left, right].map { two.projection(of: $0, reward: 0, discount: 0.25) }
        #expect(abs(two.cramerDistance(shrunk[0], shrunk[1]) - 2.squareRoot()) < 1e-12)
    }

    @Test func `means follow the Bellman equation, greedy ones to the best values`() throws {
        let model = try PolicyFixtures.three()
        let returns = CategoricalReturns(count: 201, minimum: -22, maximum: 0)
        let backup = DistributionalOperator(model, returns: returns, discount: 0.9)
        let hard = try SoftDynamicProgramming(model, objective: .hard)
        let policy = hard.policy(logits: PolicyFixtures.logits)
        var (fixed, greedy) = (backup.ended, backup.ended)
        for _ in 0..<250 {
            fixed = backup.backUp(fixed, policy: policy)
            greedy = backup.backUp(greedy)
        }
        let expected = try hard.actionValues(of: policy, discount: 0.9)
        #expect(distance(fixed.map { returns.mean($0) }, expected) < 1e-9)
        let best = try hard.solve(discount: 0.9, stopping: .init(tolerance: 1e-10))
        #expect(distance(greedy.map { returns.mean($0) }, best.actionValues) < 1e-8)
        #expect(backup.greedyPolicy(greedy) == best.policy)
    }

    @Test func `what a chain is worth to a risk-seeker is its evidence`() throws {
        // One action; rewards in quarters, so that atoms every quarter are exact.
        let model = try TabularModel(
            dense: [[[0.5, 0.3, 0.2]], [[0, 0.4, 0.6]], [[0.7, 0, 0.3]]],
            rewards: [[-1], [-0.25], [0.5]], start: [1, 0, 0])
        let returns = CategoricalReturns(count: 41, minimum: -8, maximum: 2)
        let backup = DistributionalOperator(model, returns: returns, discount: 1)
        var laws = backup.ended
        for _ in 0..<5 { laws = backup.backUp(laws, policy: [1, 1, 1]) }
        for scale in [0.2, 1, 5] {
            let evidence = try ControlInference(model, rewardScale: scale)
                .infer(horizon: 5).logEvidence
            #expect(abs(scale * returns.riskValue(laws[0], rewardScale: scale) - evidence) < 1e-12)
            #expect(returns.riskValue(laws[0], rewardScale: scale) > returns.mean(laws[0]))
            #expect(returns.riskValue(laws[0], rewardScale: -scale) < returns.mean(laws[0]))
        }
        let small = returns.riskValue(laws[0], rewardScale: 1e-6)
        #expect(abs(small - returns.mean(laws[0])) < 1e-6)
    }

    @Test func `terminal states and rewards of transitions`() throws {
        let entries = [
            Transition(state: 0, action: 0, next: 0, probability: 0.5, reward: 1),
            Transition(state: 0, action: 0, next: 1, probability: 0.5, reward: 3),
        ]
        let model = try TabularModel(states: 2, actions: 1, entries: entries, start: [1, 0])
        let returns = CategoricalReturns(count: 11, minimum: 0, maximum: 10)
        let backup = DistributionalOperator(model, returns: returns, discount: 1)
        let once = backup.backUp(backup.ended, policy: [1])
        #expect(distance(once[0], [0, 0.5, 0, 0.5, 0, 0, 0, 0, 0, 0, 0]) < 1e-15)
        let twice = backup.backUp(once, policy: [1])
        #expect(distance(twice[0], [0, 0, 0.25, 0.5, 0.25, 0, 0, 0, 0, 0, 0]) < 1e-15)
        #expect(backup.stateLaws(twice, policy: [1])[1] == returns.certain(0))
    }
}
