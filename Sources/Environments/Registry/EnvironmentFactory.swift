import OptimistCore

/// How environments are made, apart from what they are.
public struct EnvironmentOptions: Sendable {
    /// Threads that share the copies, for built-in environments without wrappers.
    public var threads: Int
    /// The current folder of processes that step environments; a folder of the system's where nil.
    public var workingFolder: String?
    /// Whether environments in other processes should be able to draw themselves.
    public var rendering: Bool

    /// Options with their defaults.
    public init(threads: Int = 1, workingFolder: String? = nil, rendering: Bool = false) {
        self.threads = threads
        self.workingFolder = workingFolder
        self.rendering = rendering
    }
}

/// What a factory is asked for.
public struct EnvironmentRequest: Sendable {
    /// The environment's full name.
    public let name: String
    /// The arguments that no wrapper took, in order.
    public let arguments: [(key: String, value: String)]
    /// Copies.
    public let count: Int
    /// How they are made.
    public let options: EnvironmentOptions
}

/// Makes environments whose names start with a prefix, such as `gym:`.
public struct EnvironmentFactory: Sendable {
    /// The prefix with its colon.
    public let prefix: String
    /// What the names mean, one sentence.
    public let sentence: String
    /// Makes copies of an environment.
    public let make: @Sendable (EnvironmentRequest) throws -> any VectorEnvironment

    /// A factory for a prefix.
    public init(
        prefix: String, sentence: String,
        make: @escaping @Sendable (EnvironmentRequest) throws -> any VectorEnvironment
    ) {
        self.prefix = prefix
        self.sentence = sentence
        self.make = make
    }
}
