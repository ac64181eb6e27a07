import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Decimals that were computed beforehand, elsewhere, and the identities around the bound.
@Suite struct PolicyFixtureTests {
    struct Row: Sendable {
        let scale, logEvidence, bestBound, expectedReward, divergence, first: Double
    }

    @Test(arguments: [
        Row(
            scale: 0.5, logEvidence: -1.688464, bestBound: -1.732009, expectedReward: -3.406446,
            divergence: 0.028786, first: 0.522761),
        Row(
            scale: 1, logEvidence: -3.237722, bestBound: -3.407287, expectedReward: -3.296218,
            divergence: 0.111069, first: 0.547686),
        Row(
            scale: 2, logEvidence: -5.976366, bestBound: -6.608144, expectedReward: -3.115789,
            divergence: 0.376565, first: 0.602253),
        Row(
            scale: 5, logEvidence: -12.453738, bestBound: -15.506230, expectedReward: -2.870584,
            divergence: 1.153309, first: 0.760744),
    ])
    func `three states over three steps`(row: Row) throws {
        let comparison = try PolicyComparison(
            PolicyFixtures.three(), rewardScale: row.scale, span: .steps(3, discount: 1))
        let evidence = try #require(comparison.logEvidence.value)
        #expect(abs(evidence - row.logEvidence) < 5.01e-7)
        #expect(abs(comparison.bestBound - row.bestBound) < 5.01e-7)
        let policy = try comparison.program.solve(horizon: 3).policy
        let best = try comparison.compare(policy)
        #expect(abs(best.expectedReward - row.expectedReward) < 5.01e-7)
        #expect(abs(best.actionConsistency - row.divergence) < 5.01e-7)
        #expect(abs(best.shortfall) < 1e-13)
        #expect(abs(policy[0][0] - row.first) < 5.01e-7)
        let terms = try #require(best.terms)
        #expect(abs(try #require(terms.total) - comparison.bestBound) < 1e-13)
        #expect(abs(comparison.bestReward - -2.76) < 1e-12)
    }

    @Test func `the uniform policy and the best expected reward`() throws {
        let comparison = try PolicyComparison(
            PolicyFixtures.three(), span: .steps(3, discount: 1))
        let uniform = try comparison.compare(Array(repeating: 0.5, count: 6))
        #expect(abs(uniform.expectedReward - -3.521625) < 1e-12)
        #expect(uniform.actionConsistency == 0)
        #expect(abs(uniform.regret - (-2.76 + 3.521625)) < 1e-12)
        let hard = try SoftDynamicProgramming(PolicyFixtures.three(), objective: .hard)
        #expect(distance(try hard.solve(horizon: 3).values[0], [-2.76, -1.96, -0.8]) < 1e-12)
    }

    @Test(arguments: [(1, -3.672594662), (5, -16.838525068)])
    func `certain moves leave no gap`(scale: Double, expected: Double) throws {
        let comparison = try PolicyComparison(
            PolicyFixtures.certainThree(), rewardScale: scale, span: .steps(3, discount: 1))
        #expect(abs(try #require(comparison.logEvidence.value) - expected) < 5.01e-10)
        #expect(abs(comparison.bestBound - expected) < 5.01e-10)
        let best = try comparison.compare(comparison.program.solve(horizon: 3).policy)
        #expect(abs(try #require(best.gap.value)) < 1e-12)
    }

    @Test(arguments: [
        (1, [-9.54716318, -8.69968833, -7.81574638]),
        (5, [-8.94773427, -8.04890093, -6.94515857]),
        (50, [-8.41492693, -7.46064399, -6.24231676]),
    ])
    func `discounted values of three states`(scale: Double, expected: [Double]) throws {
        let program = try SoftDynamicProgramming(PolicyFixtures.three(), rewardScale: scale)
        let solution = try program.solve(discount: 0.9, stopping: .init(tolerance: 1e-10))
        #expect(distance(solution.values, expected) < 5.01e-9)
    }

    @Test func `discounted hard values and action values`() throws {
        let hard = try SoftDynamicProgramming(PolicyFixtures.three(), objective: .hard)
        let solution = try hard.solve(discount: 0.9, stopping: .init(tolerance: 1e-10))
        #expect(distance(solution.values, [-8.27998089, -7.32441472, -6.10606785]) < 5.01e-9)
        let expected = [
            -8.27998089, -8.34902054, -7.41232680, -7.32441472, -6.10606785, -6.96937410,
        ]
        #expect(distance(solution.actionValues, expected) < 5.01e-9)
        let again = try hard.actionValues(of: solution.policy, discount: 0.9)
        #expect(distance(again, expected) < 5.01e-9)
    }

    @Test func `the bound of a stationary policy`() throws {
        let comparison = try PolicyComparison(
            PolicyFixtures.three(), span: .steps(3, discount: 1))
        let policy = comparison.program.policy(logits: PolicyFixtures.logits)
        #expect(abs(try comparison.compare(policy).bound - -3.559996) < 5.01e-7)
    }

    @Test func `terms, gap and shortfall equal enumeration`() throws {
        let model = try PolicyFixtures.three(start: [0.5, 0.3, 0.2])
        let prior = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]
        let comparison = try PolicyComparison(
            model, rewardScale: 1.3, prior: .table(prior), span: .steps(3, discount: 1))
        var generator = Generator(seed: 11)
        for _ in 0..<20 {
            let policy = PolicyFixtures.randomPolicy(comparison.program, steps: 3, &generator)
            let found = try comparison.compare(policy)
            var (reward, divergence, evidence) = (0.0, 0.0, 0.0)
            Enumeration.trajectories(of: model, horizon: 3) { path in
                let law = path.logProbability(of: policy)
                let base = path.logProbability(of: [prior])
                let weight = exp(path.logDynamics + law)
                reward += weight * path.reward
                divergence += weight * (law - base)
                evidence += exp(path.logDynamics + base + 1.3 * path.reward)
            }
            #expect(abs(found.expectedReward - reward) < 1e-12)
            #expect(abs(found.actionConsistency - divergence) < 1e-12)
            let gap = try #require(found.gap.value)
            #expect(abs(gap - (log(evidence) - 1.3 * reward + divergence)) < 1e-12)
            #expect(found.shortfall > 0 && gap > found.shortfall && found.regret > 0)
        }
    }

    @Test func `without an end the gap is the one of random lengths`() throws {
        let comparison = try PolicyComparison(
            PolicyFixtures.three(), span: .endless(discount: 0.9),
            stopping: .init(tolerance: 1e-11))
        let policy = comparison.program.policy(logits: PolicyFixtures.logits)
        let found = try comparison.compare(policy)
        // A horizon after which next to nothing is left.
        let long = try PolicyComparison(
            PolicyFixtures.three(), span: .steps(300, discount: 0.9))
        let near = try long.compare(policy)
        #expect(abs(found.bound - near.bound) < 1e-10)
        #expect(abs(found.actionConsistency - near.actionConsistency) < 1e-10)
        #expect(abs(found.bestReward - near.bestReward) < 1e-10)
        let gap = try #require(found.gap.value)
        #expect(abs(gap - (try #require(near.gap.value))) < 1e-9)
        #expect(gap > found.shortfall && found.shortfall > 0)
        #expect(found.terms == nil)
    }

    @Test func `scales from indifference to greed`() throws {
        let model = try PolicyFixtures.three()
        let hot = try SoftDynamicProgramming(model, rewardScale: 1e-6).solve(horizon: 3)
        #expect(hot.policy.joined().allSatisfy { abs($0 - 0.5) < 1e-6 })
        let bounds = try [1, 10, 100, 1e4, 1e6].map {
            try SoftDynamicProgramming(model, rewardScale: $0).bestBound(horizon: 3) / $0
        }
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
        #expect(bounds[4] < -2.76 && abs(bounds[4] - -2.76) < 1e-5)
    }
}
