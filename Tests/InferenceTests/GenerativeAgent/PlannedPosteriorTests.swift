import Foundation
import OptimistCore
import OptimistInference
import Testing

/// The agent that plans in its own model, and what becomes of it where hope infers its states.
@Suite struct PlannedPosteriorTests {
    private func hope(_ problem: GenerativeProblem, remaining: Int) -> [Double] {
        let bound = PlanningBound(
            agent: problem.agent, rewards: problem.rewards, rewardScale: problem.rewardScale,
            rewardOffset: problem.rewardOffset)
        return bound.values(remaining: remaining).enumerated().map { z, row in
            log(row.indices.reduce(0) { $0 + problem.agent.habit(z, $1) * exp(row[$1]) })
        }
    }

    @Test func `without hope states are the filter's, and gain is consistency`() throws {
        let problem = try GenerativeProblem.golden()
        let posterior = problem.planned()
        for (index, first) in problem.firstArrivals.enumerated() {
            #expect(problem.stateLaw(posterior, step: 0, arrival: index) == first.arrival.filter)
            let laws = (0..<2).map {
                problem.actionLaw(posterior, step: 0, belief: first.belief, state: $0)[1]
            }
            #expect(abs(laws[0] - 0.653728) < 5e-7 && abs(laws[1] - 0.254018) < 5e-7)
        }
        let terms = try problem.evaluate(posterior).total
        #expect(abs(terms.informationGain! - terms.stateConsistency!) < 1e-12)
        #expect(try terms.total! < problem.solve(.bound).value)
    }

    @Test(arguments: [0.25, 1, 4])
    func `hope tilts the filter by what the model promises`(weight: Double) throws {
        let problem = try GenerativeProblem.golden(scale: 3)
        let posterior = problem.planned(stateOptimalityWeight: weight)
        let hope = hope(problem, remaining: 2)
        for (index, first) in problem.firstArrivals.enumerated() {
            let filter = first.arrival.filter
            let tilted = filter.indices.map { filter[$0] * exp(weight * hope[$0]) }
            let law = problem.stateLaw(posterior, step: 0, arrival: index)
            #expect(abs(law[1] - tilted[1] / (tilted[0] + tilted[1])) < 1e-12)
            // The state from which the model promises more is believed in more than it should be.
            let better = hope[1] > hope[0] ? 1 : 0
            #expect(law[better] > filter[better] + 0.001)
        }
    }

    @Test func `hope is paid for in state consistency, and nothing comes back`() throws {
        let problem = try GenerativeProblem.golden(scale: 3)
        var last = try problem.evaluate(problem.planned()).total.total!
        for weight in [0.5, 1, 2, 4] {
            let posterior = problem.planned(stateOptimalityWeight: weight)
            let terms = try problem.evaluate(posterior).total
            #expect(terms.informationGain! - terms.stateConsistency! < -1e-3)
            #expect(terms.total! < last)
            last = terms.total!
        }
    }

    @Test func `less of the marginal likelihood in what a plan is drawn to`() throws {
        // From the first state the actions lead to one of two that are seen apart, to one that shows
        // noise, and to one that is certain.
        let stay = (0..<5).map { z in (0..<5).map { $0 == z ? 1.0 : 0 } }
        let model = try EmittingProcess(
            initial: [1, 0, 0, 0, 0],
            transition: [[[0, 0.5, 0.5, 0, 0], stay[3], stay[4]]]
                + (1..<5).map { z in [stay[z], stay[z], stay[z]] },
            observation: [[1, 0], [1, 0], [0, 1], [0.5, 0.5], [1, 0]],
            reward: Array(repeating: [1], count: 5))
        let agent = try GenerativeAgentTables(
            model: model, habit: Array(repeating: 1.0 / 3, count: 15))
        for (weight, expected) in [(1.0, [0.5, 0.25, 0.25]), (0, [0.4, 0.2, 0.4])] {
            let bound = PlanningBound(
                agent: agent, rewards: [0], informationWeight: 1, marginalWeight: weight)
            let law = bound.actionLaws(remaining: 1)[0]
            for (left, right) in zip(law, expected) { #expect(abs(left - right) < 1e-12) }
        }
        // In between the two are mixed.
        let half = PlanningBound(
            agent: agent, rewards: [0], informationWeight: 2, marginalWeight: 0.5)
        let values = half.values(remaining: 1)[0]
        for (left, right) in zip(values, [1.0, -1, 0]) {
            #expect(abs(left - right * log(2)) < 1e-12)
        }
    }

    @Test func `an agent that cannot have been somewhere is left alone by hope`() throws {
        var tables = GenerativeProblem.GoldenTables()
        tables.agentStart = [1, 0]
        tables.agentTransition = [[[1, 0], [0, 1]], [[1, 0], [0, 1]]]
        let problem = try tables.problem()
        let terms = try problem.evaluate(problem.planned(stateOptimalityWeight: 1)).total
        #expect(terms.total!.isFinite)
        #expect(abs(terms.stateConsistency!) < 1e-12)
    }
}
