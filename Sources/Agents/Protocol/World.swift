import OptimistCore
import OptimistEnvironments

/// What an agent knows of the world before it has acted in it.
///
/// Actions are in the units that agents use: [−1, 1] for bounded boxes, raw for unbounded ones,
/// indices for discrete spaces.
public struct World: Sendable {
    /// The environment's name.
    public let name: String
    /// What observations look like.
    public let observationSpace: Space
    /// What actions look like.
    public let actionSpace: Space
    /// The reward as a function of batches, where it is known.
    public let knownReward: RewardFunction?
    /// The termination as a function of batches, where it is known.
    public let knownTermination: TerminationFunction?
    /// The process itself, where it is one of tables: for records that show exact values beside
    /// learned ones, never to act on or to learn from.
    public let table: TaskTable?

    /// A world with its parts.
    public init(
        name: String, observationSpace: Space, actionSpace: Space,
        knownReward: RewardFunction? = nil, knownTermination: TerminationFunction? = nil,
        table: TaskTable? = nil
    ) {
        self.name = name
        self.observationSpace = observationSpace
        self.actionSpace = actionSpace
        self.knownReward = knownReward
        self.knownTermination = knownTermination
        self.table = table
    }

    /// What can be known of a vector environment.
    public init(_ environment: any VectorEnvironment) {
        self.init(
            name: environment.name, observationSpace: environment.observationSpace,
            actionSpace: environment.actionSpace, knownReward: environment.knownReward,
            knownTermination: environment.knownTermination, table: environment.table)
    }
}

/// Why an agent cannot act in a world, or go on learning.
public enum AgentError: Error, Equatable, Sendable {
    /// The algorithm needs another kind of space.
    case unsuitable(algorithm: String, world: String, reason: String)
    /// A number that should be finite is not.
    case notFinite(term: String, detail: String)
    /// The archive does not hold what this agent needs.
    case archive(String)
}

extension AgentError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .unsuitable(let algorithm, let world, let reason):
            "\(algorithm) cannot act in \(world): \(reason)"
        case .notFinite(let term, let detail): "\(term) is not finite: \(detail)"
        case .archive(let reason): "the saved agent does not fit: \(reason)"
        }
    }
}
