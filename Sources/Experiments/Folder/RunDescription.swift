import OptimistCore

/// Everything that decides what a run computes, saved beside it as `run.json`.
public struct RunDescription: Codable, Sendable, Equatable {
    /// The version of the files in a run's folder.
    public static let currentFormat = 1

    /// The version of the files of this run.
    public var format = RunDescription.currentFormat
    /// The algorithm's name.
    public var algorithm: String
    /// The environment's name.
    public var environment: String
    /// The environment's arguments by key, as on the command line.
    public var environmentArguments: [String: String]
    /// The algorithm's settings, whole.
    public var settings: JSONValue
    /// The run's settings.
    public var run: RunSettings
    /// The seed of all randomness.
    public var seed: Int
    /// Steps in all, summed over copies.
    public var steps: Int
    /// Threads that tensors use.
    public var threads: Int
    /// Where tensors live, `cpu` or `cuda:N`.
    public var device: String
    /// Optimist's version.
    public var version: String

    /// A description with its parts.
    public init(
        algorithm: String, environment: String, environmentArguments: [String: String] = [:],
        settings: JSONValue, run: RunSettings = RunSettings(), seed: Int = 0, steps: Int,
        threads: Int, device: String = "cpu", version: String = OptimistVersion.text
    ) {
        self.algorithm = algorithm
        self.environment = environment
        self.environmentArguments = environmentArguments
        self.settings = settings
        self.run = run
        self.seed = seed
        self.steps = steps
        self.threads = threads
        self.device = device
        self.version = version
    }
}

extension RunDescription {
    /// Refuses numbers that no run has, such as a stranger's file may hold.
    ///
    /// - Throws: `ConfigurationError` for the first one.
    func check() throws {
        do {
            try run.check()
        } catch let error as ConfigurationError {
            throw error.renamingKeys { "run." + $0 }
        }
        for (key, value, range) in [("steps", steps, 1...Int.max), ("threads", threads, 1...4096)]
        where !range.contains(value) {
            throw ConfigurationError.outOfRange(
                key: key, value: "\(value)",
                allowed: key == "steps" ? "1 or more" : "1 to \(range.upperBound)")
        }
    }
}

/// This version of Optimist.
public enum OptimistVersion {
    /// The version, as `optimist --version` prints it.
    public static let text = "0.1.0"
}
