import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments

/// Small runs for tests, each in a folder of its own.
enum TestRuns {
    /// A new folder under the system's temporary one.
    static func folder() -> String {
        let path = NSTemporaryDirectory() + "optimist-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static var settings: PETSSettings {
        get throws {
            let preset = PETS.algorithm.presets.first { $0.name == "debug" }!
            return try PETSSettings().setting(preset.settings.map { ($0.key, $0.value) })
        }
    }

    static var runSettings: RunSettings {
        get throws {
            try RunSettings().setting([
                ("checkpointEvery", "60"), ("evaluateEvery", "90"), ("evaluationEpisodes", "1"),
                ("environments", "2"),
            ])
        }
    }

    /// PETS on a short pendulum: fits, episodes, evaluations and checkpoints interleave.
    static func start(_ path: String, environment: EnvironmentSource? = nil) throws -> Run<PETS> {
        try Run<PETS>(
            in: path, settings,
            environment: environment ?? .named("pendulum", ["time-limit": "35"]), steps: 260,
            seed: 3, run: runSettings, threads: 1)
    }

    /// What must be the same however often a run was stopped: everything but times.
    static func record(_ path: String) throws -> [String] {
        try RunStore.readRows(of: RunFolder(path)).compactMap { row in
            guard row.kind != .notice else { return nil }
            let numbers = row.metrics.map { "\($0.name)=\($0.value.bitPattern)" }
            let bound = row.bound?.terms.map { "\($0.name)=\($0.value.bitPattern)" } ?? []
            return "\(row.step) \(row.kind) \(numbers) \(bound)"
        }
    }

    /// The record of a run that was never stopped.
    static func uninterrupted(_ environment: EnvironmentSource? = nil) throws -> [String] {
        let path = folder()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try start(path + "/run", environment: environment).train()
        return try record(path + "/run")
    }
}
