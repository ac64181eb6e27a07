import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistExperiments
import OptimistTorch
import Testing

/// What a stranger, or a broken disk, may have done to a run's folder.
@Suite(.serialized) struct DamageTests {
    /// A run of 130 steps, stopped with a checkpoint.
    private func stoppedRun() throws -> RunFolder {
        let path = TestRuns.folder() + "/run"
        let run = try TestRuns.start(path)
        run.shouldStop = { $0.steps >= 130 }
        #expect(throws: RunError.self) { try run.train() }
        return RunFolder(path)
    }

    private func newest(_ folder: RunFolder) -> String {
        folder.checkpoint(folder.checkpointSteps().last!)
    }

    /// The checkpoint that resuming and loading tell to be damaged, and those before it.
    private func damage(_ folder: RunFolder) throws -> (reason: String, earlier: [Int])? {
        let path = newest(folder)
        let error = #expect(throws: RunError.self) { try Run<PETS>(resuming: folder.path) }
        guard case .checkpoint(path, let reason, let earlier) = error else {
            Issue.record("\(String(describing: error))")
            return nil
        }
        return (reason, earlier)
    }

    @Test
    func `a truncated agent is told, and deleting its checkpoint goes on from the one before`()
        throws
    {
        let folder = try stoppedRun()
        let file = newest(folder) + "/agent.safetensors"
        let data = FileManager.default.contents(atPath: file)!
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: file))
        let damage = try #require(try damage(folder))
        #expect(damage.reason.hasPrefix(file) && damage.reason.hasSuffix("are not in the file"))
        #expect(!damage.reason.contains("get it again"))
        #expect(damage.earlier == [120])
        let error = #expect(throws: RunError.self) { try PETS(run: folder.path) }
        #expect(
            error?.description == "the checkpoint \(newest(folder)) is damaged (\(damage.reason)): "
                + "delete that folder to go on from checkpoint 120")
        try FileManager.default.removeItem(atPath: newest(folder))
        try Run<PETS>(resuming: folder.path).train()
        #expect(try TestRuns.record(folder.path) == TestRuns.uninterrupted())
    }

    @Test(arguments: ["state.json", "agent.safetensors", "segment"])
    func `a file that is missing is told with its checkpoint`(name: String) throws {
        let folder = try stoppedRun()
        let pieces = try FileManager.default.contentsOfDirectory(atPath: folder.segments).sorted()
        let file =
            name == "segment"
            ? folder.segments + "/" + pieces.last! : newest(folder) + "/" + name
        try FileManager.default.removeItem(atPath: file)
        #expect(try damage(folder)?.reason == "there is no file \(file)")
    }

    @Test func `where no checkpoint is left there is none to go on from`() throws {
        let folder = try stoppedRun()
        for step in folder.checkpointSteps().dropLast() {
            try FileManager.default.removeItem(atPath: folder.checkpoint(step))
        }
        try FileManager.default.removeItem(atPath: newest(folder) + "/state.json")
        #expect(try damage(folder)?.earlier == [])
        try FileManager.default.removeItem(atPath: folder.checkpoints)
        #expect(throws: RunError.noCheckpoint(path: folder.path, wanted: nil, others: [])) {
            try Run<PETS>(resuming: folder.path)
        }
    }

    @Test func `a state that is no JSON is refused`() throws {
        let folder = try stoppedRun()
        try Data("{\"format\": 1, \"algorithm\": 7}".utf8)
            .write(to: URL(fileURLWithPath: newest(folder) + "/state.json"))
        #expect(try damage(folder)?.reason.contains("'algorithm' in it is no value") == true)
    }

    @Test func `another format is refused with both numbers`() throws {
        let folder = try stoppedRun()
        var text = String(
            decoding: FileManager.default.contents(atPath: folder.description)!, as: UTF8.self)
        text = text.replacingOccurrences(of: "\"format\" : 1", with: "\"format\" : 7")
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.description))
        #expect(
            throws: RunError.format(path: folder.description, found: 7, expected: 1)
        ) { try Run<PETS>(resuming: folder.path) }
    }

    @Test func `another algorithm's run is refused by name`() throws {
        let folder = try stoppedRun()
        var text = String(
            decoding: FileManager.default.contents(atPath: folder.description)!, as: UTF8.self)
        text = text.replacingOccurrences(
            of: "\"algorithm\" : \"pets\"", with: "\"algorithm\" : \"sac\"")
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.description))
        #expect(
            throws: RunError.algorithm(path: folder.path, found: "sac", expected: "pets")
        ) { try PETS(run: folder.path) }
    }

    @Test func `a segment with other lengths is refused`() throws {
        let folder = try stoppedRun()
        let file = try FileManager.default.contentsOfDirectory(atPath: folder.segments).sorted()[0]
        let archive = Archive()
        archive.store([Int](), as: "slices")
        try archive.write(to: folder.segments + "/" + file)
        #expect(throws: (any Error).self) { try Run<PETS>(resuming: folder.path) }
    }

    @Test func `a name that leaves the folder is refused`() throws {
        let folder = try stoppedRun()
        let path = newest(folder) + "/state.json"
        var text = String(decoding: FileManager.default.contents(atPath: path)!, as: UTF8.self)
        let file = try FileManager.default.contentsOfDirectory(atPath: folder.segments).sorted()[0]
        text = text.replacingOccurrences(of: file, with: "../../../etc/passwd")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try damage(folder)?.reason.contains("is no file name") == true)
    }

    @Test func `a folder that holds a run is not written over`() throws {
        let folder = try stoppedRun()
        #expect(throws: RunError.exists(path: folder.path)) { try TestRuns.start(folder.path) }
    }

    @Test func `a run in training is locked`() throws {
        let path = TestRuns.folder() + "/run"
        let run = try TestRuns.start(path)
        #expect(throws: RunError.locked(path: path)) { try Run<PETS>(resuming: path) }
        #expect(throws: RunError.locked(path: path)) { try RunFolder(path).delete() }
        withExtendedLifetime(run) {}
    }

    @Test func `a trained agent loads in one line and acts as in the run`() throws {
        let folder = try stoppedRun()
        let agent = try PETS(run: folder.path)
        let run = try Run<PETS>(resuming: folder.path)
        #expect(agent.dynamics.ensemble.fits == run.agent.dynamics.ensemble.fits)
        #expect(run.agent.dynamics.ensemble.fits > 0)
        let rows = Tensor([0.1, 0.2, 0.3, 0.4], shape: [1, 4]).to(.float32)
        #expect(
            agent.dynamics.ensemble.predict(rows).mean.floats()
                == run.agent.dynamics.ensemble.predict(rows).mean.floats())
    }

    @Test func `evaluations do not change an agent`() throws {
        let folder = try stoppedRun()
        let run = try Run<PETS>(resuming: folder.path)
        let before = try run.evaluate()
        #expect(try run.evaluate() == before)
    }

    @Test func `a reward that is not finite stops the run and names the step`() throws {
        let path = TestRuns.folder() + "/run"
        let source = EnvironmentSource.custom("poisoned") { Poisoned() }
        let run = try TestRuns.start(path, environment: source)
        let error = #expect(throws: CollectorError.self) { try run.train() }
        #expect(
            error?.description
                == "the reward of copy 0 of poisoned is not finite at step 40: nan")
        #expect(RunFolder(path).checkpointSteps() == [0])
    }
}

/// A world that pays NaN at its twenty-first step.
private struct Poisoned: Environment {
    let name = "poisoned"
    let observationSpace = Space.box(-1, 1, shape: [1])
    let actionSpace = Space.box(-1, 1, shape: [1])
    private var steps = 0

    mutating func reset(seed: UInt64) -> Observation { .floats([0]) }

    mutating func step(_ action: [Float]) -> Step {
        steps += 1
        return Step(observation: .floats([action[0]]), reward: steps > 20 ? .nan : 0)
    }
}
