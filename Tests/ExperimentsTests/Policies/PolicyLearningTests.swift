import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments
import Testing

/// Trainings that agents' pages report, seeds 0 to 2, for `make test-full`: seconds to minutes each.
@Suite(.serialized, .longPlan) struct PolicyLearningTests {
    @Test(arguments: PolicyLearningCase.all, 0..<3)
    func `it learns what its page reports`(task: PolicyLearningCase, seed: Int) throws {
        let rows = try records(task, task.agent, seed: seed)
        let value = try #require(task.measure.of(rows))
        print("\(task.testDescription), seed \(seed): \(task.measure.name) \(value)")
        #expect(task.isReached(by: value), "\(value), chance \(task.chance), bar \(task.bar)")
    }

    /// The median of three runs; what the habit keeps of what planning brings.
    @Test func `plans swing the masked pendulum up, and habit follows`() throws {
        let task = PolicyLearningCase.generative
        let evaluations = try (0..<3).map { seed in
            let rows = try records(task, task.agent, seed: seed)
            let planned = try #require(PolicyLearningCase.Measure.evaluation.of(rows))
            let habit = try #require(PolicyLearningCase.Measure.evaluation("return.habit").of(rows))
            print("\(task.testDescription), seed \(seed): planned \(planned), habit \(habit)")
            return (planned: planned, habit: habit)
        }
        let median = evaluations.map(\.planned).sorted()[1]
        #expect(task.isReached(by: median), "\(median), chance \(task.chance)")
        #expect(evaluations.map { abs($0.planned - $0.habit) }.sorted()[1] < 100)
    }

    /// The records of a run with the settings that `optimist train` would take.
    private func records<A: Agent>(
        _ task: PolicyLearningCase, _ type: A.Type, seed: Int
    ) throws -> [RunStore.Row] {
        let preset =
            if let name = task.preset {
                try #require(A.algorithm.presets.first { $0.name == name })
            } else {
                A.algorithm.presets.first { $0.environments.contains(task.environment) }
            }
        let asked = A.algorithm.runSettings.map { ($0.key, $0.value) }
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try Run<A>(
            in: folder + "/run",
            A.Settings().setting(preset?.agentSettings ?? []).setting(task.changes),
            environment: .named(task.environment, task.arguments), steps: task.steps, seed: seed,
            run: RunSettings().setting(asked).setting(preset?.runSettings ?? []), threads: 1)
        try run.train()
        return try RunStore.readRows(of: run.folder)
    }
}
