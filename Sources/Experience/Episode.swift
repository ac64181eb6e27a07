import OptimistCore
import OptimistEnvironments
import OrderedCollections

/// One episode, or what has happened of it: observations 0…T, actions and rewards 0..<T.
///
/// The reward of step t is what action t brought; the last observation is always there, also at a
/// truncation.
public struct Episode: Sendable, Equatable {
    /// The shape of its rows.
    public let layout: EpisodeLayout
    /// A number that no other episode of the run has.
    public let identifier: Int
    /// The seed that the environment was reset with.
    public let seed: UInt64
    /// `(T + 1) × observation width`.
    public internal(set) var observations: ObservationColumn
    /// `T × action width`, in the units that the agent acts in.
    public internal(set) var actions: [Float]
    /// T rewards.
    public internal(set) var rewards: [Double]
    /// How it ended, `none` while it is open.
    public internal(set) var ending: Ending
    /// Extra columns by name, such as log-probabilities; T rows each.
    public internal(set) var columns: OrderedDictionary<String, Column>

    /// An episode that starts with an observation.
    public init(
        _ layout: EpisodeLayout, identifier: Int, seed: UInt64, first observation: Observation
    ) {
        self.layout = layout
        self.identifier = identifier
        self.seed = seed
        observations = .init(for: layout.observationKind)
        actions = []
        rewards = []
        ending = .none
        columns = [:]
        append(observation)
    }

    /// Steps so far, T.
    public var count: Int { rewards.count }

    /// The undiscounted sum of rewards.
    public var totalReward: Double { rewards.reduce(0, +) }

    /// The observation row at a step, 0…T.
    public func observation(_ step: Int) -> Observation {
        let range = step * layout.observationWidth..<(step + 1) * layout.observationWidth
        return switch observations {
        case .floats(let values): .floats(Array(values[range]))
        case .bytes(let values): .bytes(Array(values[range]))
        }
    }

    /// Ends an open episode where it stands: nothing more can follow, though the world goes on.
    mutating func cutOff() { if ending == .none { ending = .truncated } }

    /// Adds a step.
    public mutating func append(
        action: some Collection<Float>, step: Step, columns rows: [(String, [Float])] = []
    ) {
        if ending != .none { fail("Episode.append", "episode \(identifier) has ended") }
        if action.count != layout.actionWidth {
            fail("Episode.append", "an action of \(action.count), not \(layout.actionWidth)")
        }
        for (name, row) in rows { append(row, to: name) }
        if count > 0, rows.count != columns.count {
            fail("Episode.append", "columns \(rows.map(\.0)), but \(Array(columns.keys)) before")
        }
        actions.append(contentsOf: action)
        rewards.append(step.reward)
        append(step.observation)
        ending = step.ending
    }

    private mutating func append(_ row: [Float], to name: String) {
        var column = columns[name] ?? Column(width: row.count)
        if column.values.count != count * row.count || column.width != row.count {
            fail("Episode.append", "column '\(name)' has another width or missed a step")
        }
        column.values.append(contentsOf: row)
        columns[name] = column
    }

    private mutating func append(_ observation: Observation) {
        if observation.count != layout.observationWidth {
            fail(
                "Episode.append",
                "an observation of \(observation.count), not \(layout.observationWidth)")
        }
        observations.append(observation)
    }
}

/// The shape of an episode's rows.
public struct EpisodeLayout: Codable, Hashable, Sendable {
    /// The shape of an observation.
    public let observationShape: [Int]
    /// Whether observations are floats or bytes.
    public let observationKind: ElementKind
    /// The shape of an action.
    public let actionShape: [Int]
    /// Whether actions are indices.
    public let actionIsDiscrete: Bool

    /// The layout of a pair of spaces.
    public init(observations: Space, actions: Space) {
        observationShape = observations.shape
        observationKind = observations.kind == .bytes ? .byte : .float
        actionShape = actions.shape
        actionIsDiscrete = actions.isDiscrete
    }

    /// A layout with its parts.
    init(
        observationShape: [Int], observationKind: ElementKind, actionShape: [Int],
        actionIsDiscrete: Bool
    ) {
        self.observationShape = observationShape
        self.observationKind = observationKind
        self.actionShape = actionShape
        self.actionIsDiscrete = actionIsDiscrete
    }

    /// Numbers in an observation.
    public var observationWidth: Int { observationShape.reduce(1, *) }
    /// Numbers in an action.
    public var actionWidth: Int { actionShape.reduce(1, *) }
    /// Bytes that a step takes, extra columns apart.
    public var bytesPerStep: Int {
        observationWidth * observationKind.size + actionWidth * 4 + 8
    }
}
