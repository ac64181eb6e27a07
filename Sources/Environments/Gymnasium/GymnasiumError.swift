import Foundation

/// Where in an environment's life something went wrong.
public struct GymnasiumPlace: Sendable, Equatable, CustomStringConvertible {
    /// The environment's name.
    public var environment: String
    /// The copy, from 0, where one is at fault.
    public var copy: Int?
    /// The step of the copy's episode, from 1; 0 for a reset; nil outside an episode.
    public var step: Int?

    /// A place.
    public init(environment: String, copy: Int? = nil, step: Int? = nil) {
        self.environment = environment
        self.copy = copy
        self.step = step
    }

    /// The place in words, such as `gym:Pendulum-v1, copy 3, step 17`.
    public var description: String {
        var parts = [environment]
        if let copy { parts.append("copy \(copy)") }
        if let step { parts.append(step == 0 ? "reset" : "step \(step)") }
        return parts.joined(separator: ", ")
    }
}

/// How a worker's process ended.
public enum WorkerExit: Sendable, Equatable, CustomStringConvertible {
    /// It left with a code.
    case code(Int32)
    /// A signal ended it.
    case signal(Int32)
    /// The system could not say.
    case unknown

    /// The ending in words.
    public var description: String {
        switch self {
        case .code(let code): "left with code \(code)"
        case .signal(let number):
            "was ended by signal \(number) (\(String(cString: strsignal(number))))"
        case .unknown: "ended"
        }
    }
}

/// What can go wrong with an environment of Gymnasium.
public enum GymnasiumError: Error, Equatable, Sendable {
    /// Not `gym:Id` or `gym:module:Id`.
    case badName(String)
    /// Not `key=value` with a key that Python could take.
    case badArgument(String)
    /// There is no Python at any of these places.
    case pythonNotFound(searched: [String])
    /// Python could not be started.
    case pythonNotStarted(path: String, reason: String)
    /// That Python has no usable Gymnasium.
    case gymnasiumMissing(python: String, reason: String)
    /// No environment is registered under that name; names like it.
    case unknownEnvironment(String, reason: String, near: [String])
    /// The private module could not be imported.
    case moduleFailed(module: String, reason: String)
    /// A package that the environment needs is not there.
    case packageMissing(environment: String, reason: String)
    /// The environment's constructor failed.
    case notMade(environment: String, reason: String)
    /// The environment's constructor refused what it was given, or failed on it.
    case refusedArguments(environment: String, reason: String)
    /// The space of observations or actions is of a kind that cannot be taken.
    case unsupportedSpace(environment: String, space: String)
    /// The environment has no table of transitions that can be read.
    case noTable(environment: String, reason: String)
    /// The worker's process ended by itself.
    case workerDied(GymnasiumPlace, WorkerExit, lastLines: String)
    /// The worker did not answer in time.
    case workerHung(GymnasiumPlace, seconds: Double, lastLines: String)
    /// The environment raised an exception.
    case raised(GymnasiumPlace, exception: String, lastLines: String)
    /// An observation has not the shape or type that its space says.
    case wrongObservation(GymnasiumPlace, detail: String)
    /// A picture could not be drawn; `tried` names the ways without a screen, where none worked.
    case cannotDraw(GymnasiumPlace, reason: String, tried: [String])
    /// A number is NaN or infinite: which one, and its entry where it is one of a row.
    case notFinite(GymnasiumPlace, quantity: String, entry: Int?)
    /// An index is outside what the space of observations says.
    case outsideSpace(GymnasiumPlace, entry: Int, value: Float)
    /// The worker's answer is not what the protocol says.
    case protocolViolation(GymnasiumPlace, detail: String)
    /// The operating system refused something.
    case system(operation: String, reason: String)
}

extension GymnasiumError {
    /// Whether a worker that this happened to cannot go on.
    var endsWorker: Bool {
        switch self {
        case .workerDied, .workerHung, .protocolViolation, .system: true
        default: false
        }
    }
}

extension GymnasiumError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .badName(let text): "'\(text)' is no name of the form gym:Id or gym:module:Id"
        case .badArgument(let text): "'\(text)' is no argument of the form key=value"
        case .pythonNotFound, .pythonNotStarted, .gymnasiumMissing: installation
        case .unknownEnvironment, .moduleFailed, .packageMissing, .notMade,
            .refusedArguments:
            construction
        case .unsupportedSpace(let environment, let space):
            """
            \(environment) has the space \(space), which cannot be used; observations may be Box, \
            Discrete, MultiDiscrete, MultiBinary, and Dict and Tuple of these, actions the first four
            """
        case .noTable(let environment, let reason):
            "\(environment) cannot be read as a table: \(reason)"
        case .workerDied(let place, let exit, let lines):
            "\(place): the worker \(exit)" + quoted(lines)
        case .workerHung(let place, let seconds, let lines):
            "\(place): no answer within \(text(seconds)) s, the worker was ended" + quoted(lines)
        case .raised(let place, let exception, let lines):
            "\(place): the environment raised \(exception)" + quoted(lines)
        case .wrongObservation(let place, let detail): "\(place): \(detail)"
        case .cannotDraw(let place, let reason, let tried):
            "\(place): cannot be drawn: \(reason)"
                + (tried.isEmpty
                    ? ""
                    : "; without a screen MuJoCo draws with \(tried.joined(separator: " or ")), "
                        + "neither of which works here (install libegl1 or libosmesa6)")
        case .notFinite(let place, let quantity, let entry):
            "\(place): the \(quantity) is not finite" + (entry.map { " (entry \($0))" } ?? "")
        case .outsideSpace(let place, let entry, let value):
            "\(place): the observation holds \(text(Double(value))) at entry \(entry), "
                + "outside its space"
        case .protocolViolation(let place, let detail):
            "\(place): the worker's answer is not understood: \(detail)"
        case .system(let operation, let reason): "\(operation): \(reason)"
        }
    }

    private var installation: String {
        switch self {
        case .pythonNotFound(let searched):
            """
            no Python to run Gymnasium with (looked at \(searched.joined(separator: ", "))); run \
            'make setup', or let OPTIMIST_PYTHON name a python3 that has gymnasium
            """
        case .pythonNotStarted(let path, let reason):
            """
            Python at \(path) cannot be started: \(reason); run 'make setup', or let \
            OPTIMIST_PYTHON name a python3 that has gymnasium
            """
        case .gymnasiumMissing(let python, let reason):
            """
            \(python) cannot be used for Gymnasium (\(reason)); run 'make setup', or let \
            OPTIMIST_PYTHON name a python3 that has gymnasium 1.0 or later
            """
        default: ""
        }
    }

    private var construction: String {
        switch self {
        case .unknownEnvironment(let name, let reason, let near):
            "\(name) is not known to Gymnasium: \(reason)"
                + (near.isEmpty ? "" : "; near it: \(near.joined(separator: ", "))")
        case .moduleFailed(let module, let reason):
            "the module \(module) cannot be imported: \(reason)"
        case .packageMissing(let environment, let reason):
            """
            \(environment) needs a package that is not there: \(reason); install it for the same \
            Python, or run 'make setup'
            """
        case .notMade(let environment, let reason): "\(environment) cannot be made: \(reason)"
        case .refusedArguments(let environment, let reason):
            "\(environment) cannot be made: \(reason); change the arguments that it was given"
        default: ""
        }
    }

    private func quoted(_ lines: String) -> String {
        lines.isEmpty
            ? "; Python said nothing"
            : "; Python's last lines:\n"
                + lines.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    }

    private func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e9 ? "\(Int(number))" : "\(number)"
    }
}
