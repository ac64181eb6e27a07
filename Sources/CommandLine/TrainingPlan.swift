import Foundation
import OptimistAgents
import OptimistCore
import OptimistExperiments
import OptimistTorch

/// What `optimist train` was asked for, before any seed.
struct TrainingPlan {
    let environment: String
    let environmentArguments: [String: String]
    let steps: Int
    let preset: Preset?
    /// Settings from the preset, then the file, then the command line; later ones win.
    let assignments: [(key: String, value: String)]
    let file: JSONValue?
    /// The path of that file.
    private let config: String?
    let run: RunSettings
    let threads: Int?
    let device: String
    let runs: String

    init(_ command: TrainCommand, for type: any Agent.Type) throws {
        let shown = type.algorithm.demonstration
        environment = command.environment ?? shown.environment
        let given = try command.environmentArguments.map {
            try Assignment($0, option: "--env-set").pair
        }
        // The demonstration's arguments belong to its environment, unless others are given.
        var arguments = environment == shown.environment ? shown.arguments : [:]
        for (index, (key, value)) in given.enumerated() {
            if given[..<index].contains(where: { $0.key == key }) {
                throw UsageError.contradiction("--env-set gives '\(key)' twice")
            }
            arguments[key] = value
        }
        environmentArguments = arguments
        steps = command.steps ?? shown.steps
        guard steps >= 1 else {
            throw UsageError.outOfRange(
                option: "--steps", value: "\(steps)", allowed: "1 or more")
        }
        if let threads = command.threads, !(1...1024).contains(threads) {
            throw UsageError.outOfRange(
                option: "--threads", value: "\(threads)", allowed: "1 to 1024")
        }
        preset = try type.preset(command.preset, environment: environment)
        let all = try command.settings.map { try Assignment($0, option: "--set").pair }
        assignments = all.filter { !$0.key.hasPrefix("run.") }
        config = command.config
        var tree = try config.map(ConfigurationFile.read)
        let ofRun = try TrainingPlan.removeRun(from: &tree)
        file = tree
        let asked = type.algorithm.runSettings.map { ($0.key, $0.value) }
        let prepared = try RunSettings().setting(asked).setting(preset?.runSettings ?? [])
        let filed = try SettingRefusal(algorithm: type, prefix: "run.", file: config).reading {
            try prepared.merging(ofRun)
        }
        run = try SettingRefusal(algorithm: type, prefix: "run.").reading {
            try filed.setting(
                all.filter { $0.key.hasPrefix("run.") }.map {
                    (String($0.key.dropFirst(4)), $0.value)
                })
        }
        threads = command.threads
        device = command.device ?? "cpu"
        guard Device(device) != nil else {
            throw UsageError.notAllowed(
                option: "--device", value: device, allowed: "cpu, cuda or cuda:N")
        }
        runs = command.runs
    }

    /// The algorithm's settings: defaults, preset, file, command line.
    func settings<A: Agent>(of type: A.Type) throws -> A.Settings {
        var settings = try A.Settings().setting(
            preset?.agentSettings ?? [])
        if let file {
            settings = try SettingRefusal(algorithm: type, file: config).reading {
                try settings.merging(file)
            }
        }
        return try SettingRefusal(algorithm: type).reading { try settings.setting(assignments) }
    }

    /// The settings of the run in a file lie under `run`.
    private static func removeRun(from tree: inout JSONValue?) throws -> JSONValue {
        guard case .object(var fields)? = tree, let run = fields.removeValue(forKey: "run") else {
            return .object([:])
        }
        tree = .object(fields)
        return run
    }
}
