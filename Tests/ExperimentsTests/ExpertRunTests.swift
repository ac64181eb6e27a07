import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistExperiments
import Testing

/// A run whose agent imitates an expert from files.
@Suite(.serialized) struct ExpertRunTests {
    /// A folder with episodes of the expert in `episodes`.
    private func folder() throws -> (root: String, episodes: String) {
        let root = TestRuns.folder()
        let episodes = root + "/episodes"
        try FileManager.default.createDirectory(
            atPath: episodes, withIntermediateDirectories: true)
        var generator = Generator(seed: 1)
        let played = try ScriptedExpert.balancing(isDiscrete: true)
            .episodes(2, steps: 30, using: &generator)
        for (index, episode) in played.enumerated() {
            try episode.npz().write(to: URL(fileURLWithPath: "\(episodes)/\(index).npz"))
        }
        return (root, episodes)
    }

    private func start(_ path: String, expert: String) throws -> Run<GAIL> {
        var settings = try GAIL.settings(preset: "debug")
        settings.expert.source = expert
        let run = try RunSettings().setting([
            ("checkpointEvery", "32"), ("evaluationEpisodes", "1"), ("environments", "2"),
        ])
        return try Run<GAIL>(
            in: path, settings, environment: .named("cartpole", ["time-limit": "40"]),
            steps: 160, seed: 2, run: run, threads: 1)
    }

    /// Trains until so many steps are done.
    private func train(_ run: Run<GAIL>, to steps: Int) {
        run.shouldStop = { $0.steps >= steps }
        #expect(throws: RunError.interrupted(step: steps)) { try run.train() }
    }

    @Test func `a run whose expert is not there leaves nothing`() throws {
        let root = TestRuns.folder()
        #expect(throws: ExpertError.missing(path: root + "/none")) {
            try start(root + "/runs/one", expert: root + "/none")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
    }

    @Test func `an expert's files are needed until its rows are in a checkpoint`() throws {
        let (root, episodes) = try folder()
        defer { try? FileManager.default.removeItem(atPath: root) }
        try start(root + "/whole", expert: episodes).train()
        train(try start(root + "/late", expert: episodes), to: 100)
        train(try start(root + "/early", expert: episodes), to: 2)
        try FileManager.default.moveItem(atPath: episodes, toPath: root + "/away")

        try Run<GAIL>(resuming: root + "/late").train()
        let error = #expect(throws: ExpertError.missing(path: episodes)) {
            try Run<GAIL>(resuming: root + "/early")
        }
        #expect(error?.description.contains("put an episode file (.npz)") == true)
        // Only who learns needs the expert.
        #expect(throws: Never.self) { try GAIL(run: root + "/early") }

        try FileManager.default.moveItem(atPath: root + "/away", toPath: episodes)
        try Run<GAIL>(resuming: root + "/early").train()
        let record = try TestRuns.record(root + "/whole")
        #expect(record.contains { $0.contains("learning") })
        for name in ["late", "early"] { #expect(try TestRuns.record("\(root)/\(name)") == record) }
    }
}
