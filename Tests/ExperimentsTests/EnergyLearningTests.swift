import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistExperiments
import Testing

/// Learning tests of minutes, for `OPTIMIST_FULL=1 swift test ... --filter EnergyLearning`: what the
/// pages of soft Q-learning and of latent-space policies report.
@Suite(.serialized, .longPlan)
struct EnergyLearningTests {
    /// Trains in the multigoal task and plays episodes: the goal that each reached, or nil.
    private func goalsReached<A: Agent>(
        _ type: A.Type, _ settings: A.Settings, _ arguments: [String: String] = [:], steps: Int,
        seed: Int, mode: ActingMode, episodes: Int
    ) throws -> [Int?] {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try Run<A>(
            in: folder + "/run", settings, environment: .named("multigoal", arguments),
            steps: steps, seed: seed, threads: 1)
        try run.train()
        let environments = AgentUnits(
            try EnvironmentRegistry.standard.makeVector(
                name: "multigoal", arguments: arguments.sorted { $0.key < $1.key }.map { $0 },
                count: episodes))
        var goals = [Int?](repeating: nil, count: episodes)
        let corners = [(5.0, 0.0), (-5, 0), (0, 5), (0, -5)]
        var evaluator = Evaluator<A>(mode: mode, generator: Generator(seed: UInt64(seed)))
        evaluator.onStep = { copy in
            guard environments.outcome.endings[copy] == .terminated else { return }
            let place = environments.shown(copy).map(Double.init)
            goals[copy] = corners.firstIndex {
                hypot(place[0] - $0.0, place[1] - $0.1) < 1.001
            }
        }
        _ = try evaluator.evaluate(run.agent, in: environments, at: steps)
        return goals
    }

    @Test(arguments: 0..<3) func `draws of soft Q-learning reach most of four goals`(
        seed: Int
    ) throws {
        let preset = try SoftQLearning.settings(preset: "multigoal")
        let goals = try goalsReached(
            SoftQLearning.self, preset, steps: 20_000, seed: seed, mode: .sample, episodes: 40
        ).compactMap { $0 }
        let counts = (0..<4).map { goal in goals.count { $0 == goal } }
        print("soft-q multigoal, seed \(seed): \(counts) of 40")
        #expect(counts.count { $0 > 0 } >= 3, "\(counts)")
        #expect(goals.count >= 32)
    }

    /// One goal that pays, for an agent that first learned to leave the middle; one layer at the same
    /// number of steps is printed beside it, and finds this goal too.
    @Test(arguments: 0..<3) func `a second layer finds the goal that pays`(
        seed: Int
    ) throws {
        let task = LatentSpacePolicy.algorithm.demonstration.arguments
        let preset = try LatentSpacePolicy.settings(preset: "multigoal")
        let flat = try preset.setting([
            ("layers", "1"), ("rewards", "task"), ("rewardScales", "20"),
        ])
        let shares = try [preset, flat].map { settings in
            try goalsReached(
                LatentSpacePolicy.self, settings, task, steps: 20_000, seed: seed, mode: .sample,
                episodes: 100
            ).count { $0 == 0 }
        }
        print("lsp multigoal, seed \(seed): layered \(shares[0]), flat \(shares[1]) of 100")
        #expect(shares[0] >= 80, "\(shares)")
    }

    /// Two layers at one scale and one at twice that are the same policy but for what learning leaves:
    /// −207, −178 and −232 beside −192, −154 and −196. Random torques return about −1,200.
    @Test(arguments: 0..<3) func `two layers return what one at twice the scale does`(
        seed: Int
    ) throws {
        let preset = try LatentSpacePolicy.settings(preset: "pendulum")
        let flat = try preset.setting([("layers", "1"), ("rewardScales", "0.2")])
        let returns = try [preset, flat].map { settings -> Double in
            let folder = TestRuns.folder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let run = try Run<LatentSpacePolicy>(
                in: folder + "/run", settings, environment: .named("pendulum", [:]),
                steps: 20_000, seed: seed, threads: 1)
            try run.train()
            let rows = try RunStore.readRows(of: run.folder)
            return try #require(PolicyLearningCase.Measure.evaluation.of(rows))
        }
        print("lsp pendulum, seed \(seed): two layers \(returns[0]), one \(returns[1])")
        #expect(abs(returns[0] - returns[1]) < 100, "\(returns)")
        #expect(returns.allSatisfy { $0 > -250 }, "\(returns)")
    }
}
