import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

extension RunFolder {
    /// Reads something of a checkpoint; what is damaged is told with the checkpoint's folder and
    /// what there is to go on from.
    ///
    /// - Throws: `RunError.checkpoint`, or what the body throws where nothing is damaged.
    func reading<Value>(_ checkpoint: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            guard let reason = RunFolder.damage(error) else { throw error }
            let step = Int((checkpoint as NSString).lastPathComponent) ?? .max
            throw RunError.checkpoint(
                path: checkpoint, reason: reason, earlier: checkpointSteps().filter { $0 < step })
        }
    }

    /// What is damaged; nil for errors that no older checkpoint cures.
    private static func damage(_ error: any Error) -> String? {
        switch error {
        case RunError.damaged, FileError.missing, is ReplayError: "\(error)"
        case ArchiveError.unreadable(let file, _):
            FileManager.default.fileExists(atPath: file) ? nil : "there is no file \(file)"
        case ArchiveError.unwritable, ArchiveError.wrongFormat, ArchiveError.missing,
            ArchiveError.mismatch:
            nil
        case let error as ArchiveError: error.finding
        default: nil
        }
    }

    /// The settings in a run's description.
    ///
    /// - Throws: `RunError.damaged` where the algorithm does not have them.
    func settings<Settings: AgentSettings>(
        _ type: Settings.Type, in description: RunDescription
    ) throws -> Settings {
        do {
            return try Settings().merging(description.settings)
        } catch let error as ConfigurationError {
            throw RunError.damaged(path: self.description, reason: "\(error)")
        }
    }
}

extension EnvironmentSource {
    /// The environments that a saved run used.
    ///
    /// Making them throws `RunError.damaged` where the registry has no such environment.
    static func saved(_ description: RunDescription, in folder: RunFolder) -> EnvironmentSource {
        EnvironmentSource(
            name: description.environment, arguments: description.environmentArguments
        ) { copies, options in
            do {
                return try EnvironmentRegistry.standard.makeVector(
                    name: description.environment,
                    arguments: description.environmentArguments.sorted { $0.key < $1.key }
                        .map { ($0.key, $0.value) },
                    count: copies, options: options)
            } catch let error as EnvironmentError {
                throw RunError.damaged(path: folder.description, reason: "\(error)")
            }
        }
    }
}
