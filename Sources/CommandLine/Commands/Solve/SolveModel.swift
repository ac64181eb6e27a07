import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistInference

/// The model that a user names: a file, an environment of Gymnasium, or a built-in one with tables.
struct SolveModel {
    let description: ModelDescription
    /// What the reader took for granted; nil if nothing.
    var notice: String?

    /// Finds and reads the model.
    ///
    /// - Parameters:
    ///   - name: a path, `gym:Id`, or the name of a built-in environment.
    ///   - arguments: `key=value` of `--env-set`.
    init(_ name: String, arguments: [String]) throws {
        self = try SolveModel.find(name, arguments)
    }

    /// Whether reading a file takes long enough to say so.
    static func isLarge(_ name: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: name)
        return attributes?[.size] as? Int ?? 0 > 20_000_000
    }

    private init(_ description: ModelDescription, notice: String? = nil) {
        (self.description, self.notice) = (description, notice)
    }

    private static func find(_ name: String, _ arguments: [String]) throws -> SolveModel {
        let pairs = try arguments.map { try Assignment($0, option: "--env-set").pair }
        if GymnasiumName.isName(name) {
            return try gymnasium(name, arguments)
        }
        if FileManager.default.fileExists(atPath: name) {
            if !arguments.isEmpty {
                throw UsageError.contradiction(
                    "--env-set goes with an environment, and \(name) is a file")
            }
            do {
                return SolveModel(try ModelFile.read(URL(fileURLWithPath: name)))
            } catch let error as ModelFileError {
                throw ModelInputError.file(path: name, error)
            }
        }
        if BuiltInEnvironment(rawValue: name) != nil {
            let task = try EnvironmentRegistry.standard.makeTask(name: name, arguments: pairs)
            guard let task = task as? any TabularTask else {
                throw UsageError.contradiction(
                    "\(name) has no table of transitions: only finite models can be solved")
            }
            return SolveModel(try description(task.model, name))
        }
        throw ModelInputError.file(path: name, .unreadable("there is no such file"))
    }

    private static func gymnasium(_ name: String, _ arguments: [String]) throws -> SolveModel {
        let environments = try GymnasiumEnvironments(
            GymnasiumName(name), count: 1, arguments: GymnasiumArgument.parse(arguments),
            options: GymnasiumOptions())
        defer { environments.close() }
        let (model, knowsStart) = try environments.taskTable()
        let notice = "\(name) does not tell its first state: each is taken as equally probable"
        return SolveModel(try description(model, name), notice: knowsStart ? nil : notice)
    }

    private static func description(
        _ model: TaskTable, _ name: String
    ) throws -> ModelDescription {
        var outcomes: [Outcome] = []
        for state in 0..<model.states {
            for action in 0..<model.actions {
                for transition in model.transitions(state, action) {
                    outcomes.append(
                        Outcome(
                            state: state, action: action,
                            next: transition.terminates ? nil : transition.successor,
                            probability: transition.probability, reward: transition.reward))
                }
            }
        }
        do {
            return try ModelDescription(
                states: model.states, actions: model.actions, outcomes: outcomes,
                start: model.start)
        } catch {
            throw ModelInputError.file(path: name, .model(error))
        }
    }
}

/// What is wrong with a file that describes a model, or goes with one.
enum ModelInputError: Error, Equatable, CustomStringConvertible {
    /// The file and what is wrong in it.
    case file(path: String, ModelFileError)
    /// A file, and why it cannot be solved as asked for.
    case unsolvable(path: String, SolvingError)
    /// An agent's file, and why the agent cannot live in the model.
    case agent(path: String, String)
    /// Standard output takes no more.
    case output(String)

    var description: String {
        switch self {
        case .file(let path, let error): "\(path): \(error)"
        case .unsolvable(let path, let error): "\(path): \(error)"
        case .agent(let path, let sentence): "\(path): \(sentence)"
        case .output(let reason): "standard output cannot be written: \(reason)"
        }
    }

    /// What the exit code tells.
    var status: ExitStatus {
        switch self {
        case .file(_, .unreadable): .missingInput
        case .file: .data
        case .unsolvable(_, .noHorizon), .unsolvable(_, .disagreement),
            .unsolvable(_, .outOfRange), .unsolvable(_, .unknownState),
            .unsolvable(_, .notOffered), .unsolvable(_, .neverEnds):
            .usage
        case .unsolvable, .agent: .data
        case .output: .inputOutput
        }
    }
}
