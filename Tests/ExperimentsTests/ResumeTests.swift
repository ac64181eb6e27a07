import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperiments
import Testing

/// A run that is killed and resumed leaves the same records as one never stopped.
@Suite(.serialized) struct ResumeTests {
    /// Resumes until the run is finished, then compares with a run never stopped.
    private func finishAndCompare(_ path: String, _ environment: EnvironmentSource? = nil) throws {
        let run = try Run<PETS>(resuming: path)
        try run.train()
        #expect(try TestRuns.record(path) == TestRuns.uninterrupted(environment))
    }

    @Test func `two runs with the same seed are equal bit for bit`() throws {
        let first = try TestRuns.uninterrupted()
        #expect(first.count > 12)
        #expect(try first == TestRuns.uninterrupted())
    }

    @Test(arguments: [61, 137, 200, 259])
    func `killed at a step`(step: Int) async throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run"
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, step = step as Int] in
            let run = try TestRuns.start(path)
            run.onStep = { if $0.steps >= step { kill(getpid(), SIGKILL) } }
            try run.train()
        }
        try finishAndCompare(path)
    }

    @Test func `stopped where a checkpoint has just been written`() throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run"
        func trainTo(_ step: Int) throws {
            let run = try TestRuns.start(path)
            run.shouldStop = { $0.steps >= step }
            #expect(throws: RunError.interrupted(step: step)) { try run.train() }
        }
        // 120 is a multiple of the checkpoints' 60, with both episodes open.
        try trainTo(120)
        try finishAndCompare(path)
    }

    @Test(arguments: CheckpointStage.allCases.map(\.rawValue))
    func `killed while a checkpoint is written`(stage: String) async throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run"
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, stage = stage as String] in
            let run = try TestRuns.start(path)
            run.onCheckpointStage = {
                if $0.rawValue == stage, run.steps >= 120 { kill(getpid(), SIGKILL) }
            }
            try run.train()
        }
        try finishAndCompare(path)
    }

    @Test func `killed twice, the second time in the resumed run`() async throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run"
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let run = try TestRuns.start(path)
            run.onStep = { if $0.steps >= 100 { kill(getpid(), SIGKILL) } }
            try run.train()
        }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let run = try Run<PETS>(resuming: path)
            run.onStep = { if $0.steps >= 170 { kill(getpid(), SIGKILL) } }
            try run.train()
        }
        try finishAndCompare(path)
    }

    @Test(
        .enabled(
            if: (try? GymnasiumVersions.probe()) != nil,
            "Python with Gymnasium was not found: run make setup"))
    func `killed in an environment of Gymnasium`() async throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run"
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let run = try TestRuns.start(path, environment: .named("gym:Pendulum-v1"))
            run.onStep = { if $0.steps >= 137 { kill(getpid(), SIGKILL) } }
            try run.train()
        }
        try finishAndCompare(path, .named("gym:Pendulum-v1"))
    }

    @Test func `asked to stop, a run leaves a checkpoint and goes on from it`() throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run"
        do {
            let run = try TestRuns.start(path)
            run.shouldStop = { $0.steps >= 101 }
            #expect(throws: RunError.interrupted(step: 102)) { try run.train() }
        }
        try finishAndCompare(path)
    }

    @Test func `an environment that is not deterministic goes on at its next episode`() throws {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/run"
        let source = EnvironmentSource.custom("fickle") { Fickle() }
        do {
            let run = try TestRuns.start(path, environment: source)
            run.shouldStop = { $0.steps >= 100 }
            #expect(throws: RunError.interrupted(step: 100)) { try run.train() }
        }
        let run = try Run<PETS>(resuming: path, environment: source)
        try run.train()
        let notices = try RunStore.readRows(of: RunFolder(path)).filter { $0.kind == .notice }
        #expect(notices.contains { $0.message?.contains("fickle is not deterministic") == true })
    }
}

/// A pendulum-like world whose noise no seed decides.
private struct Fickle: Environment {
    let name = "fickle"
    let observationSpace = Space.box(-10, 10, shape: [2])
    let actionSpace = Space.box(-1, 1, shape: [1])
    private var steps = 0

    mutating func reset(seed: UInt64) -> Observation {
        steps = 0
        return .floats([Float.random(in: 0...1), 0])
    }

    mutating func step(_ action: [Float]) -> Step {
        steps += 1
        return Step(
            observation: .floats([Float.random(in: 0...1), action[0]]), reward: 0,
            ending: steps == 30 ? .truncated : .none)
    }
}
