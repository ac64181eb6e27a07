import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments
import Testing

/// Learning itself, on a task small enough for every run of the tests.
@Suite(.serialized) struct LearningTests {
    /// The best of the last three training returns of one random and seven planned episodes.
    private func bestOfLastThree(seed: Int) throws -> Double {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let preset = PETS.algorithm.presets.first { $0.name == "pendulum" }!
        let run = try Run<PETS>(
            in: folder + "/run",
            PETSSettings().setting(preset.settings.map { ($0.key, $0.value) }),
            environment: .named("pendulum", ["start": "hanging"]), steps: 1_600, seed: seed,
            run: RunSettings().setting([("evaluationEpisodes", "1")]))
        try run.train()
        let returns = try RunStore.readRows(of: run.folder).filter { $0.kind == .episode }
            .compactMap { $0.metrics.first { $0.name == "return" }?.value }
        #expect(returns.count == 8)
        // Random actions: two independent implementations saw −1,720 to −1,830.
        #expect(returns[0] < -1_500)
        return returns.suffix(3).max()!
    }

    // The rule of the small test: two seeds of three.
    @Test func `PETS swings the pendulum up in seven episodes`() throws {
        var best: [Double] = []
        for seed in 0..<3 where best.count(where: { $0 > -450 }) < 2 {
            best.append(try bestOfLastThree(seed: seed))
        }
        #expect(best.count(where: { $0 > -450 }) >= 2, "best of the last three: \(best)")
    }
}
