/// A word on the command line that is wrong, beyond what the parser sees.
enum UsageError: Error, Equatable, CustomStringConvertible {
    /// There is no algorithm of that name.
    case unknownAlgorithm(String, nearest: String?)
    /// The algorithm has no preset of that name.
    case unknownPreset(String, algorithm: String, nearest: String?)
    /// Neither the algorithm nor a run has a setting of that name.
    case unknownSetting(String, algorithm: String, nearest: String?)
    /// There is no command of that name; `parent` is the command that it was looked for in.
    case unknownCommand(String, parent: String, nearest: String?)
    /// There is no demonstration of that name.
    case unknownDemonstration(String, nearest: String?)
    /// The algorithm has no mode of that name.
    case unknownMode(String, allowed: [String])
    /// `--set` wants `key=value`.
    case notAnAssignment(String, option: String)
    /// A number is out of range.
    case outOfRange(option: String, value: String, allowed: String)
    /// A word is none of those that an option takes.
    case notAllowed(option: String, value: String, allowed: String)
    /// Two options contradict each other.
    case contradiction(String)
    /// Something is needed that was not given.
    case needed(String)

    var description: String {
        switch self {
        case .unknownAlgorithm(let name, let nearest):
            "there is no algorithm '\(name)'"
                + UsageError.hint(nearest, else: "optimist algorithms lists them")
        case .unknownPreset(let name, let algorithm, let nearest):
            "\(algorithm) has no preset '\(name)'"
                + UsageError.hint(
                    nearest, else: "optimist algorithms show \(algorithm) lists them")
        case .unknownSetting(let key, let algorithm, let nearest):
            "there is no setting '\(key)'"
                + UsageError.hint(
                    nearest, else: "optimist algorithms show \(algorithm) lists them")
        case .unknownCommand(let name, let parent, let nearest):
            "there is no command '\(parent) \(name)'"
                + UsageError.hint(
                    nearest.map { "\(parent) \($0)" }, else: "\(parent) --help lists them")
        case .unknownDemonstration(let name, let nearest):
            "there is no demonstration '\(name)'"
                + UsageError.hint(nearest, else: "optimist demonstrate lists them")
        case .unknownMode(let name, let allowed):
            "there is no mode '\(name)': choose one of \(allowed.joined(separator: ", "))"
        case .notAnAssignment(let text, let option): "\(option) wants key=value, not '\(text)'"
        case .outOfRange(let option, let value, let allowed):
            "\(value) is out of range for \(option): allowed is \(allowed)"
        case .notAllowed(let option, let value, let allowed):
            "\(option) cannot be '\(value)': give \(allowed)"
        case .contradiction(let sentence), .needed(let sentence): sentence
        }
    }

    private static func hint(_ nearest: String?, else remedy: String) -> String {
        "; " + (nearest.map { "did you mean '\($0)'?" } ?? remedy)
    }
}
