import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Planning on beliefs against planning on states, where both must agree.
@Suite struct BeliefPlanTests {
    @Test(arguments: [0.3, 2])
    func `a state that is seen makes a soft decision process`(temperature: Double) throws {
        let random = try PartiallyObservedFixture.random(3, 2, 2, seed: 15)
        let model = try PartiallyObservedModel(
            dynamics: random.dynamics, observations: [.identity(3)], discount: 0.9)
        let plan = try BeliefPlan(
            BeliefMarkovModel(reachableIn: model, from: [1, 0, 0]), temperature: temperature)
        let solution = try SoftDynamicProgramming(model.dynamics, rewardScale: 1 / temperature)
            .solve(discount: 0.9, stopping: .init(tolerance: 1e-11))
        for state in 0..<3 {
            let belief = (0..<3).map { $0 == state ? 1.0 : 0 }
            #expect(abs(plan.value(belief) - solution.values[state]) < 1e-8)
            let law = model.dynamics.pairs.range(of: state).map { solution.policy[$0] }
            #expect(largestDifference(plan.actionLaw(belief), law) < 1e-8)
        }
        // And over a finite horizon, from a belief that is still open.
        let tree = BeliefTree(model, horizon: 5, temperature: temperature)
        let finite = try SoftDynamicProgramming(model.dynamics, rewardScale: 1 / temperature)
            .solve(horizon: 5, discount: 0.9)
        for state in 0..<3 {
            let belief = (0..<3).map { $0 == state ? 1.0 : 0 }
            #expect(abs(tree.value(belief) - finite.values[0][state]) < 1e-12)
        }
    }

    @Test func `a belief decision process is a decision process like any other`() throws {
        let tiger = try PartiallyObservedFixture.tiger()
        let beliefs = try BeliefMarkovModel(reachableIn: tiger)
        let plan = try BeliefPlan(beliefs)
        let solved = try SoftDynamicProgramming(beliefs.model, objective: .hard)
            .solve(discount: 0.95, method: .policyIteration, stopping: .init(tolerance: 1e-10))
        #expect(largestDifference(plan.values, solved.values) < 1e-8)
        let start = try #require(beliefs.number(of: [0.5, 0.5]))
        #expect(abs(solved.values[start] - 19.3713683749) < 1e-8)
        let soft = try SoftDynamicProgramming(beliefs.model, rewardScale: 0.2)
            .solve(discount: 0.95, stopping: .init(tolerance: 1e-11))
        #expect(abs(soft.values[start] - -66.2063606082) < 1e-8)
    }

    @Test func `successors of a belief have the probabilities of all paths`() throws {
        let model = try PartiallyObservedFixture.random(3, 2, 3, seed: 16)
        let belief = model.initialBelief
        for action in 0..<2 {
            // p(x, s′ | b, a) by summing over the state before.
            var joint = Array(repeating: [0.0, 0, 0], count: 3)
            for state in 0..<3 {
                let pair = try #require(model.dynamics.pairs.pair(state: state, action: action))
                model.dynamics.transitions.forEachInRow(pair) { next, chance in
                    for x in 0..<3 {
                        joint[x][next] +=
                            belief[state] * chance
                            * model.observationProbability(x, state: next, action: action)
                    }
                }
            }
            for x in 0..<3 {
                var filter = BeliefFilter(model)
                let ahead = try filter.predict(belief, action: action, step: 0)
                let update = try filter.update(ahead, observation: x, action: nil, step: 1)
                let total = joint[x].reduce(0, +)
                #expect(abs(update.logLikelihood - log(total)) < 1e-13)
                #expect(
                    largestDifference(update.belief, joint[x].map { $0 / total }) < 1e-13)
            }
        }
    }

    @Test func `ends are worth nothing to a soft planner as well`() throws {
        let dynamics = try TabularModel(
            dense: [[[0.6, 0.1, 0.3], [0.2, 0.8, 0]], [[0.5, 0.5, 0], [0, 0.1, 0.9]], []],
            rewards: [[1, -0.5], [0.2, 3], []], start: [0.5, 0.5, 0])
        let model = try PartiallyObservedModel(
            dynamics: dynamics, observations: [.identity(3)], discount: 0.9)
        for temperature in [0.5, 2] {
            let program = try SoftDynamicProgramming(dynamics, rewardScale: 1 / temperature)
            let finite = try program.solve(horizon: 5, discount: 0.9)
            let tree = BeliefTree(model, horizon: 5, temperature: temperature)
            let plan = try BeliefPlan(
                BeliefMarkovModel(reachableIn: model, from: [1, 0, 0]), temperature: temperature)
            let endless = try program.solve(discount: 0.9, stopping: .init(tolerance: 1e-11))
            for state in 0..<3 {
                let belief = (0..<3).map { $0 == state ? 1.0 : 0 }
                #expect(abs(tree.value(belief) - finite.values[0][state]) < 1e-12)
                #expect(abs(plan.value(belief) - endless.values[state]) < 1e-8)
            }
        }
    }
}
