import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistReports
import OptimistTorch

/// The moments while a checkpoint is written at which a run may be killed.
package enum CheckpointStage: String, CaseIterable, Sendable {
    case before, records, segment, agent, state, renamed, cleaned
}

/// What a checkpoint holds beside the agent's archive.
struct CheckpointState: Codable, Equatable {
    var format = RunDescription.currentFormat
    var algorithm: String
    var step: Int
    var records: Int
    var collector: Collector.State
    var replay: Replay.State
    var segments: ReplaySegments.State
    var feeder: Feeder.State
    var clocks: RunClocks
    var generators: RunGenerators
    var bestEvaluation: Double?
    var lastEvaluation: Evaluation?
    var lastBound: Bound<Double>?
    var lastReturns: [Double]
    var alarm: DivergenceAlarm
    var writers: [String: WriterPosition]
}

extension Run {
    /// Writes a checkpoint of the present step: records, then the new piece of the replay, then
    /// the agent and everything that counts, aside and renamed at the end.
    func saveCheckpoint() throws {
        try times.measure(.saving) {
            onCheckpointStage(.before)
            try store.flush()
            try writers.synchronize()
            onCheckpointStage(.records)
            try segments.write(collector.replay)
            onCheckpointStage(.segment)
            try writeFolder(folder.checkpoint(steps))
            onCheckpointStage(.renamed)
            try removeOld()
            onCheckpointStage(.cleaned)
        }
    }

    private func writeFolder(_ path: String) throws {
        let aside = path + ".partial"
        try? FileManager.default.removeItem(atPath: aside)
        try DurableFiles.makeFolder(aside)
        try agentArchive().write(to: aside + "/agent.safetensors")
        onCheckpointStage(.agent)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try DurableFiles.write(
            encoder.encode(checkpointState), to: aside + "/state.json")
        onCheckpointStage(.state)
        if DurableFiles.isFolder(path) { try FileManager.default.removeItem(atPath: path) }
        try DurableFiles.rename(aside, to: path)
    }

    private func agentArchive() throws -> Archive {
        let archive = Archive()
        archive.store(A.algorithm.name, as: "algorithm")
        try agent.save(to: archive.scope("agent"))
        try carry.save(to: archive.scope("carry"))
        return archive
    }

    private var checkpointState: CheckpointState {
        CheckpointState(
            algorithm: A.algorithm.name, step: steps, records: store.count,
            collector: collector.state, replay: collector.replay.state, segments: segments.state,
            feeder: feeder.state, clocks: clocks, generators: generators,
            bestEvaluation: bestEvaluation, lastEvaluation: lastEvaluation, lastBound: lastBound,
            lastReturns: lastReturns, alarm: alarm, writers: writers.positions)
    }

    /// Keeps the agent of the best evaluation: parameters and normalizers, nothing to resume from.
    func saveBest(step: Int) throws {
        let aside = folder.best + ".partial"
        try? FileManager.default.removeItem(atPath: aside)
        try DurableFiles.makeFolder(aside)
        let archive = Archive()
        archive.store(A.algorithm.name, as: "algorithm")
        archive.store(step, as: "step")
        try agent.save(to: archive.scope("agent"))
        try archive.write(to: aside + "/agent.safetensors")
        try? FileManager.default.removeItem(atPath: folder.best)
        try DurableFiles.rename(aside, to: folder.best)
    }

    private func removeOld() throws {
        let kept = folder.checkpointSteps().suffix(description.run.keepCheckpoints)
        for step in folder.checkpointSteps() where !kept.contains(step) {
            try? FileManager.default.removeItem(atPath: folder.checkpoint(step))
        }
        let states = try kept.map {
            try CheckpointState(readingFrom: folder.checkpoint($0)).segments
        }
        segments.deleteUnnamed(by: states)
    }
}

extension CheckpointState {
    /// The state in a checkpoint's folder.
    ///
    /// - Throws: `FileError`, `RunError` where it is not there, damaged or of another version.
    init(readingFrom folder: String) throws {
        let path = folder + "/state.json"
        let data = try DurableFiles.read(path, limit: 1 << 28)
        struct Format: Decodable { var format: Int }
        guard let format = try? JSONDecoder().decode(Format.self, from: data).format else {
            throw RunError.damaged(path: path, reason: "it is not the JSON of a checkpoint")
        }
        guard format == RunDescription.currentFormat else {
            throw RunError.format(
                path: path, found: format, expected: RunDescription.currentFormat)
        }
        do {
            self = try JSONDecoder().decode(CheckpointState.self, from: data)
        } catch {
            throw RunError.damaged(path: path, reason: JSONTrouble(error).sentence)
        }
        if let name = writers.keys.sorted().first(where: { !RunFolder.isPlainName($0) }) {
            throw RunError.damaged(path: path, reason: "'\(name)' is no file name")
        }
    }
}
