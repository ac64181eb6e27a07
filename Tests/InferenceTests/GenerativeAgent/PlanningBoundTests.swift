import Foundation
import OptimistInference
import Testing

@Suite struct PlanningBoundTests {
    private func planner(_ weight: Double) throws -> PlanningBound {
        try PlanningBound(
            agent: GenerativeProblem.GoldenTables().agent(), rewards: [0, 1], rewardOffset: 1,
            informationWeight: weight)
    }

    @Test func `what the next arrival tells of the next state is that of the table`() throws {
        let model = try GenerativeProblem.GoldenTables().agent().model
        let expected = [[0.132219, 0.166956], [0.129934, 0.168634]]
        for z in 0..<2 {
            for a in 0..<2 {
                let found = model.mutualInformation(from: z, action: a, about: .both)
                #expect(abs(found - expected[z][a]) < 5e-7)
            }
        }
        let parts = [ArrivalPart.observation, .reward].map {
            model.mutualInformation(from: 0, action: 0, about: $0)
        }
        #expect(abs(parts[0] - 0.085111) < 5e-7)
        #expect(abs(parts[1] - 0.058029) < 5e-7)
        #expect(abs(parts[0] + parts[1] - 0.143141) < 5e-7)
    }

    @Test func `without information the plan is that of the table`() throws {
        let (values, laws) = (
            try planner(0).values(remaining: 2), try planner(0).actionLaws(remaining: 2)
        )
        #expect(abs(values[0][0] - -1.308) < 1e-12)
        #expect(abs(values[0][1] - -1.078) < 1e-12)
        #expect(abs(laws[0][1] - 0.653728) < 5e-7)
        #expect(abs(laws[1][1] - 0.254018) < 5e-7)
    }

    @Test func `with information the plan is that of the table`() throws {
        let (values, laws) = (
            try planner(1).values(remaining: 2), try planner(1).actionLaws(remaining: 2)
        )
        let expected = [[-1.025023, -0.766044], [-0.758218, -0.943760]]
        for z in 0..<2 {
            for a in 0..<2 { #expect(abs(values[z][a] - expected[z][a]) < 5e-7) }
        }
        #expect(abs(laws[0][1] - 0.660258) < 5e-7)
        #expect(abs(laws[1][1] - 0.262534) < 5e-7)
    }

    @Test func `planning in the agent's own model improves on its habit in the environment`() throws
    {
        let problem = try GenerativeProblem.golden()
        let planner = try planner(0)
        let planned = problem.posterior(states: \.filter) { step, z in
            planner.actionLaws(remaining: problem.horizon - 1 - step)[z]
        }
        let (before, after) = (
            try problem.evaluate(problem.habitual), try problem.evaluate(planned)
        )
        #expect(after.expectedReturn > before.expectedReturn + 0.02)
        #expect(after.total.total! > before.total.total!)
        #expect(try after.total.total! < problem.solve(.bound).value)
    }
}
