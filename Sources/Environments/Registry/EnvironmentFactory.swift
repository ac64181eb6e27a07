import OptimistCore

/// Makes environments whose names start with a prefix, such as `gym:`.
public struct EnvironmentFactory: Sendable {
    /// The prefix with its colon.
    public let prefix: String
    /// What the names mean, one sentence.
    public let sentence: String
    /// Makes copies of an environment from its full name and the arguments that no wrapper took.
    public let make:
        @Sendable (_ name: String, _ arguments: [(key: String, value: String)], _ count: Int)
            throws -> any VectorEnvironment

    /// A factory for a prefix.
    public init(
        prefix: String, sentence: String,
        make:
            @escaping @Sendable (
                _ name: String, _ arguments: [(key: String, value: String)], _ count: Int
            ) throws -> any VectorEnvironment
    ) {
        self.prefix = prefix
        self.sentence = sentence
        self.make = make
    }
}
