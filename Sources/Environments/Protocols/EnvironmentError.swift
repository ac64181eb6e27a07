import OptimistCore

/// Why an environment could not be made, reset or stepped.
///
/// Steps are counted from 1 within the episode, entries from 0 within the action row. `copy` is
/// the number of the copy in a vector environment, nil outside one.
public enum EnvironmentError: Error, Equatable, Sendable {
    /// No environment has that name; the nearest one, if one is near.
    case unknownEnvironment(String, nearest: String?)
    /// The environment has no such argument; the nearest one, if one is near.
    case unknownArgument(environment: String, key: String, nearest: String?)
    /// The same argument was given twice.
    case repeatedArgument(environment: String, key: String)
    /// An argument's value was refused.
    case badArgument(environment: String, ConfigurationError)
    /// A wrapper cannot go around this environment.
    case cannotWrap(environment: String, wrapper: String, reason: String)
    /// An action entry is not finite or outside the action space.
    case badAction(
        environment: String, copy: Int?, step: Int, entry: Int, value: String, allowed: String)
    /// An action row has the wrong number of entries.
    case actionWidth(environment: String, step: Int?, count: Int, expected: Int)
    /// A step was asked for before the first reset.
    case notReset(environment: String, copy: Int?)
    /// A step was asked for after the episode had ended.
    case episodeOver(environment: String, copy: Int?, step: Int)
}

extension EnvironmentError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .unknownEnvironment(let name, let nearest):
            "there is no environment '\(name)'"
                + Self.hint(nearest, else: "optimist environments lists them")
        case .unknownArgument(let environment, let key, let nearest):
            "environment '\(environment)' has no argument '\(key)'"
                + Self.hint(
                    nearest, else: "optimist environments show \(environment) lists them")
        case .repeatedArgument(let environment, let key):
            "argument '\(key)' of environment '\(environment)' is given twice: keep one"
        case .badArgument(let environment, let error):
            "environment '\(environment)': \(error.description)"
        case .cannotWrap(let environment, let wrapper, let reason):
            "environment '\(environment)' cannot take '\(wrapper)': \(reason)"
        case .badAction(let environment, let copy, let step, let entry, let value, let allowed):
            "environment '\(environment)'\(Self.of(copy)), step \(step): entry \(entry) of the "
                + "action is \(value); allowed is \(allowed)"
        case .actionWidth(let environment, let step, let count, let expected):
            "environment '\(environment)'\(step.map { ", step \($0)" } ?? ""): the action has \(count) "
                + "entries; "
                + "give \(expected)"
        case .notReset(let environment, let copy):
            "environment '\(environment)'\(Self.of(copy)) was stepped before its first reset: "
                + "call reset(seed:)"
        case .episodeOver(let environment, let copy, let step):
            "environment '\(environment)'\(Self.of(copy)) was stepped after its episode ended at "
                + "step \(step): call reset(seed:)"
        }
    }

    private static func hint(_ nearest: String?, else remedy: String) -> String {
        "; " + (nearest.map { "did you mean '\($0)'?" } ?? remedy)
    }

    private static func of(_ copy: Int?) -> String { copy.map { ", copy \($0)" } ?? "" }
}
