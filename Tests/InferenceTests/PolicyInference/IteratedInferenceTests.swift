import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Inference with the last policy as prior.
@Suite struct IteratedInferenceTests {
    private let span = SolvingSpan.steps(3, discount: 1)

    private func program(prior: ActionPrior = .uniform) throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(
            PolicyFixtures.three(start: [1, 0, 0]), prior: prior)
    }

    private func difference(_ left: InferenceRound, _ right: InferenceRound) -> Double {
        zip(left.logPolicy, right.logPolicy).reduce(0) { max($0, distance($1.0, $1.1)) }
    }

    @Test func `decimals of five rounds`() throws {
        let rounds = try program().iterate(
            rewardScales: Array(repeating: 1, count: 5), span: span)
        #expect(rounds.count == 6)
        #expect(abs(rounds[0].expectedReward - -3.521625) < 1e-12)
        let rewards = [-3.296218, -3.115789, -2.995143, -2.918960, -2.870584]
        #expect(distance(rounds.dropFirst().map(\.expectedReward), rewards) < 5.01e-7)
        let bounds = [-3.407287, -3.200857, -3.050967, -2.954120, -2.892999]
        #expect(distance(rounds.dropFirst().map(\.bound), bounds) < 5.01e-7)
    }

    @Test(arguments: [1, 0.9])
    func `rounds add up to one at the sum of their scales`(discount: Double) throws {
        let (program, span) = (
            try program(prior: .table([0.5, 0.5, 0.25, 0.75, 0.6, 0.4])),
            SolvingSpan.steps(6, discount: discount)
        )
        let each = try program.iterate(rewardScales: [0.3, 1.2, 0.5, 3, 15], span: span)
        var total = 0.0
        for round in each.dropFirst() {
            total += round.rewardScale
            let once = try program.iterate(rewardScales: [total], span: span)[1]
            #expect(difference(round, once) < 1e-12)
        }
        let solved = try SoftDynamicProgramming(
            program.model, rewardScale: 20, prior: .table([0.5, 0.5, 0.25, 0.75, 0.6, 0.4])
        ).solve(horizon: 6, discount: discount)
        for step in 0..<6 {
            #expect(distance(each[5].policy[step], solved.policy[step]) < 1e-12)
        }
    }

    @Test func `rounds add up without an end`() throws {
        let program = try program()
        let span = SolvingSpan.endless(discount: 0.9)
        let stopping = SoftDynamicProgramming.Stopping(tolerance: 1e-11)
        let each = try program.iterate(
            rewardScales: [1, 1, 0.5, 2.5], span: span, stopping: stopping)
        let once = try program.iterate(rewardScales: [5], span: span, stopping: stopping)[1]
        #expect(difference(each[4], once) < 1e-12)
        let solved = try SoftDynamicProgramming(PolicyFixtures.three(), rewardScale: 5)
            .solve(discount: 0.9, stopping: stopping)
        #expect(distance(each[4].policy[0], solved.policy) < 1e-11)
        #expect(abs(once.bound - solved.bound) < 1e-10)
        // The sum of the rounds' divergences is no divergence, but each is one.
        #expect(each.dropFirst().allSatisfy { $0.divergence > 0 })
        #expect(each[0].divergence == 0 && each[0].bound == 0)
    }

    @Test(arguments: PolicyUpdate.allCases)
    func `the expected reward never falls and tends to the best`(update: PolicyUpdate) throws {
        let program = try program()
        let rounds = try program.iterate(
            rewardScales: Array(repeating: 0.7, count: 200), span: span, update: update)
        for (last, next) in zip(rounds, rounds.dropFirst()) {
            #expect(next.expectedReward >= last.expectedReward - 1e-14)
            #expect(abs(next.bound - 0.7 * next.expectedReward + next.divergence) < 1e-14)
            // What the bound gains on the prior's, with which actions cost nothing.
            if update == .inference {
                let least = last.expectedReward + next.divergence / 0.7
                #expect(next.expectedReward >= least - 1e-14)
            }
        }
        #expect(abs(rounds[200].expectedReward - -2.76) < 1e-9)
    }

    @Test func `regret is at most the best policy's divergence over the scales`() throws {
        let program = try program()
        let hard = try SoftDynamicProgramming(PolicyFixtures.three(), objective: .hard)
        let best = try hard.solve(horizon: 3).policy
        let divergence = try #require(program.terms(of: best).actionConsistency)
        #expect(abs(divergence - 3 * log(2)) < 1e-12)
        let rounds = try program.iterate(
            rewardScales: Array(repeating: 1, count: 40), span: span)
        for (count, round) in rounds.enumerated().dropFirst() {
            let regret = -2.76 - round.expectedReward
            #expect(regret >= -1e-14 && regret <= divergence / Double(count))
        }
    }

    @Test(arguments: PolicyUpdate.allCases)
    func `on a bandit rounds multiply`(update: PolicyUpdate) throws {
        let (rewards, prior) = ([0.3, -0.5, 1.1], [0.2, 0.5, 0.3])
        let bandit = try TabularModel(
            dense: [[[1], [1], [1]]], rewards: [rewards], start: [1])
        let rounds = try SoftDynamicProgramming(bandit, prior: .table(prior)).iterate(
            rewardScales: [0.6, 0.6, 0.6], span: .steps(1, discount: 1), update: update)
        for (count, round) in rounds.enumerated() {
            var expected = zip(prior, rewards).map { log($0) + Double(count) * 0.6 * $1 }
            _ = normalizeLogWeights(&expected)
            #expect(distance(round.policy[0], expected) < 1e-14)
        }
    }

    @Test(arguments: [
        (0.01, [0.272639, 0.349165, 0.192368]), (0.1, [0.274036, 0.350780, 0.192217]),
    ])
    func `small scales follow the natural gradient`(
        scale: Double, expected: [Double]
    ) throws {
        let model = try PolicyFixtures.three()
        let old = try program().policy(logits: PolicyFixtures.logits)
        let next = try SoftDynamicProgramming(model, rewardScale: scale, prior: .table(old))
            .stationaryOptimum(
                from: PolicyFixtures.logits, horizon: 3,
                minimizer: .init(gradientTolerance: 1e-13))
        let moved = zip(next.point, PolicyFixtures.logits).map { ($0 - $1) / scale }
        #expect(distance(PolicyFixtures.first(moved), expected) < 5.01e-7)
        #expect(distance(moved, moved.indices.map { -moved[$0 ^ 1] }) < 1e-9)
    }

    @Test(arguments: [(0.01, 3.4166e-6), (0.1, 3.4525e-4)])
    func `one step differs from inference to second order`(
        scale: Double, expected: Double
    ) throws {
        let program = try program()
        let rounds = try PolicyUpdate.allCases.map {
            try program.iterate(rewardScales: [scale], span: span, update: $0)[1]
        }
        #expect(abs(difference(rounds[0], rounds[1]) / expected - 1) < 1.4e-5)
    }

    @Test func `one-step rounds without an end are rounds of habit`() throws {
        let program = try SoftDynamicProgramming(
            PolicyFixtures.three(start: [0.5, 0.3, 0.2]), rewardScale: 1.5)
        let habits = try program.habitRounds(6, discount: 0.9)
        let rounds = try program.iterate(
            rewardScales: Array(repeating: 1.5, count: 6), span: .endless(discount: 0.9),
            update: .oneStep)
        for (habit, round) in zip(habits, rounds) {
            #expect(distance(habit.habit, round.policy[0]) < 1e-10)
            let start = zip([0.5, 0.3, 0.2], habit.values).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(round.expectedReward - start) < 1e-10)
        }
    }

    @Test func `an action that the prior rules out stays out, others are never lost`() throws {
        let program = try program(prior: .table([1, 0, 0.5, 0.5, 0, 1]))
        let rounds = try program.iterate(rewardScales: [500, 500], span: span)
        for round in rounds {
            for law in round.logPolicy {
                #expect(law[1] == -.infinity && law[4] == -.infinity)
                #expect(law[2].isFinite && law[3].isFinite)
            }
            #expect(round.expectedReward.isFinite && round.divergence.isFinite)
        }
        // Logs keep what probabilities would have lost.
        let last = rounds[2].logPolicy[2]
        #expect(min(last[2], last[3]) < -900)
    }
}
