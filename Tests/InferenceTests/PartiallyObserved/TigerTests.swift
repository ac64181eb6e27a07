import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// TIGER's known decimals, by several roads that share little code.
@Suite struct TigerTests {
    private let stages = [
        -1, -1.95, 2.3098, 1.79554422, 2.76309619, 4.42853132, 4.58426597, 5.32402078, 6.42364848,
        6.69336843,
    ]
    private let optimum = 19.3713683749

    @Test func `values with k steps to go, by the tree and by vectors`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        let vectors = try AlphaVectorIteration(tiger, horizon: 10).stages
        for (k, expected) in stages.enumerated() {
            #expect(abs(BeliefTree(tiger, horizon: k + 1).value([0.5, 0.5]) - expected) < 5e-9)
            #expect(abs(vectors[k].value([0.5, 0.5]) - expected) < 5e-9)
        }
        #expect(vectors[..<3].map(\.vectors.count) == [3, 5, 9])
    }

    @Test func `the infinite horizon on beliefs that evidence can reach`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        let plan = try BeliefPlan(BeliefMarkovModel(reachableIn: tiger))
        let known = [optimum, 21.4435456578, 25.0806523051]
        for (n, expected) in known.enumerated() {
            #expect(abs(plan.value(PartiallyObservedFixture.net(n)) - expected) < 1e-9)
        }
        #expect((0...3).map { plan.action(PartiallyObservedFixture.net($0)) } == [0, 0, 2, 2])
        // Where opening pays exactly as much as listening.
        let far = AlphaVectorIterationThreshold(tiger)
        #expect(abs(try far.threshold() - 0.96034556) < 5e-9)
    }

    @Test func `bounds that know the state, and what their policy truly earns`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        let qmdp = try StateValueBounds.fullyObserved(tiger)
        #expect(abs(qmdp.value([0.5, 0.5]) - 189) < 1e-8)
        #expect(qmdp.vectors[0].allSatisfy { abs($0 - 189) < 1e-8 })
        let informed = try StateValueBounds.fastInformed(tiger)
        #expect(abs(informed.value([0.5, 0.5]) - 87.1794871795) < 1e-8)
        #expect(qmdp.action([0.901, 0.099]) == 2 && qmdp.action([0.899, 0.101]) == 0)
        #expect(abs(try qmdp.achievedValue(in: tiger) - optimum) < 1e-9)
    }

    @Test func `points closed under the best policy give its value`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        let points = (-3...3).map(PartiallyObservedFixture.net)
        var solver = PointBasedValueIteration()
        solver.tolerance = 1e-9
        let policy = try solver.solve(tiger, points: points)
        #expect(abs(policy.value([0.5, 0.5]) - optimum) < 1e-8)
        #expect((0...2).map { policy.action(PartiallyObservedFixture.net($0)) } == [0, 0, 2])
        let values = policy.actionValues([0.5, 0.5])
        #expect(abs(values[0] - optimum) < 1e-8)
        #expect(abs(values[1] - (-45 + 0.95 * optimum)) < 1e-8)
    }

    @Test func `points found by expansion give a lower bound that is near`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        var generator = Generator(seed: 4)
        let policy = try PointBasedValueIteration().solve(
            tiger, expansions: 5, using: &generator)
        #expect(policy.value([0.5, 0.5]) <= optimum + 1e-8)
        #expect(policy.value([0.5, 0.5]) > optimum - 0.01)
    }

    @Test func `soft TIGER at two temperatures`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        let beliefs = try BeliefMarkovModel(reachableIn: tiger)
        let cases: [(Double, Double, [Double])] = [
            (1, -0.5259354106, [1, 0.99994192, 0.33272604, 0.08612578]),
            (5, -66.2063606082, [0.99984049, 0.90986365, 0.55665499, 0.4819365]),
        ]
        for (temperature, value, listening) in cases {
            let plan = try BeliefPlan(beliefs, temperature: temperature)
            #expect(abs(plan.value([0.5, 0.5]) - value) < 1e-9)
            for (n, expected) in listening.enumerated() {
                let law = plan.actionLaw(PartiallyObservedFixture.net(n))
                #expect(abs(law[0] - expected) < 5e-9)
            }
        }
    }

    @Test func `simulated returns are within three standard errors of the value`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        let policy = try PointBasedValueIteration().solve(
            tiger, points: (-3...3).map(PartiallyObservedFixture.net))
        let simulation = PolicySimulation(
            of: policy, in: tiger, episodes: 3000, steps: 200, using: Generator(seed: 5))
        #expect(abs(simulation.expected - optimum) < 1e-6)
        #expect(
            abs(simulation.mean - optimum) < 3 * simulation.standardError + simulation.truncation)
        #expect(simulation.standardError < 1)
    }
}

/// The belief at which opening and listening are worth the same, by bisection.
private struct AlphaVectorIterationThreshold {
    let tiger: PartiallyObservedModel

    init(_ tiger: PartiallyObservedModel) { self.tiger = tiger }

    func threshold() throws -> Double {
        var (low, high) = (0.9, 0.99)
        func gain(_ belief: Double) throws -> Double {
            // Listening once more and going on from there; opening resets to 0.5.
            let plan = try BeliefPlan(
                BeliefMarkovModel(reachableIn: tiger, from: [belief, 1 - belief]))
            let values = plan.actionValues([belief, 1 - belief])
            return values[2] - values[0]
        }
        while high - low > 1e-10 {
            let middle = (low + high) / 2
            if try gain(middle) > 0 { high = middle } else { low = middle }
        }
        return (low + high) / 2
    }
}
