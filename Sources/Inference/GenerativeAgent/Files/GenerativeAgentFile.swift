import Foundation

/// What an agent's file says.
public struct GenerativeAgentDescription: Sendable, Equatable {
    /// The agent's model and its habit.
    public var tables: GenerativeAgentTables
    /// What the agent's states are called; nil where they are numbered.
    public var stateNames: [String]?
    /// What is subtracted from a reward before scaling.
    public var rewardOffset: Double
    /// Whether the agent's model is the environment itself.
    public var knowsEnvironment: Bool

    /// What a state of the agent is called: its name, or its number.
    public func label(state: Int) -> String { stateNames?[state] ?? "\(state)" }
}

/// Reads generative agents from JSON files (see the documentation's `agent.schema.json`).
public enum GenerativeAgentFile {
    /// The largest file that is read, in bytes.
    public static let sizeLimit = 1 << 30

    /// Reads the file of an agent that is to live in an environment.
    ///
    /// - Throws: `ModelFileError`.
    public static func read(
        _ url: URL, for environment: GenerativeEnvironment
    ) throws(ModelFileError) -> GenerativeAgentDescription {
        try read(ModelFile.data(at: url), for: environment)
    }

    /// Reads the bytes of a file.
    ///
    /// - Throws: `ModelFileError`.
    public static func read(
        _ data: Data, for environment: GenerativeEnvironment
    ) throws(ModelFileError) -> GenerativeAgentDescription {
        if data.count > sizeLimit {
            throw .tooLarge(what: "a file of bytes", size: data.count, limit: sizeLimit)
        }
        let result = data.withUnsafeBytes { bytes in
            Result { () throws(ModelFileError) in
                var reader = GenerativeAgentReader(bytes, environment)
                return try reader.read()
            }
        }
        return try result.get()
    }
}
