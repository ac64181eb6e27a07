import Foundation
import OptimistInference
import Testing

/// The generative agent with factors taken away is an older algorithm.
@Suite struct SpecialCaseTests {
    /// The golden environment for an agent that sees its state and knows how it moves.
    private func fullyObserved(
        habit: [Double], scale: Double, discount: Double = 1, horizon: Int = 4
    ) throws -> GenerativeProblem {
        var tables = GenerativeProblem.GoldenTables()
        tables.observation = [[1, 0], [0, 1]]
        tables.agentStart = tables.start
        tables.agentTransition = tables.transition
        tables.agentObservation = tables.observation
        tables.agentReward = tables.reward
        tables.habit = habit
        return try tables.problem(scale: scale, horizon: horizon, discount: discount)
    }

    /// The same as a Markov decision process whose rewards are paid on arrival.
    private func decisionProcess() throws -> (model: TabularModel, paid: [Double]) {
        let tables = GenerativeProblem.GoldenTables()
        let paid = tables.reward.map { $0[1] - 1 }
        let rewards = tables.transition.map { rows in
            rows.map { row in zip(row, paid).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        let model = try TabularModel(
            dense: tables.transition, rewards: rewards, start: tables.start)
        return (model, paid)
    }

    // State inference is exact and costs what it gains; what is left is maximum-entropy control.
    @Test(arguments: [(0.3, 1.0), (1.0, 0.9), (6.0, 1.0)])
    func `with the state in view it is the soft Bellman equation`(
        scale: Double, discount: Double
    ) throws {
        for habit in [[0.5, 0.5, 0.5, 0.5], [0.4, 0.6, 0.7, 0.3]] {
            let problem = try fullyObserved(habit: habit, scale: scale, discount: discount)
            let (bound, posterior) = try problem.solve(.bound)
            let (model, paid) = try decisionProcess()
            let prior = ActionPrior.table(habit)
            // The last of four actions has no consequence.
            let soft = try SoftDynamicProgramming(model, rewardScale: scale, prior: prior)
                .solve(horizon: 3, discount: discount)
            var expected = 0.0
            for state in 0..<2 {
                expected += model.start[state] * scale * (paid[state] + soft.values[0][state])
            }
            #expect(abs(bound - expected) < 1e-12 * max(1, abs(bound)))
            let terms = try problem.evaluate(posterior).total
            #expect(abs(terms.informationGain! - terms.stateConsistency!) < 1e-12)
            for first in problem.firstArrivals {
                let state = first.arrival.observation
                let law = problem.actionLaw(posterior, step: 0, belief: first.belief, state: state)
                for action in 0..<2 {
                    #expect(abs(law[action] - soft.policy[0][state * 2 + action]) < 1e-12)
                }
            }
        }
    }
}
