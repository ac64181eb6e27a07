import OptimistCore

/// How a step ended, if it did.
public enum Ending: UInt8, Codable, Sendable {
    /// The episode goes on.
    case none
    /// The task itself ended: nothing follows, the value of what follows is 0.
    case terminated
    /// A time limit or the like cut the episode; the world would have gone on.
    case truncated

    /// The ending that Gymnasium's two flags mean; terminated wins when both are true.
    public init(terminated: Bool, truncated: Bool) {
        self = terminated ? .terminated : truncated ? .truncated : .none
    }
}

/// What the agent is shown: a row of floats, or of bytes for pictures.
public enum Observation: Sendable, Equatable {
    /// A row of `Space.width` floats.
    case floats([Float])
    /// A row of `Space.width` bytes.
    case bytes([UInt8])

    /// The row as floats, bytes converted one for one.
    public var floats: [Float] {
        switch self {
        case .floats(let row): row
        case .bytes(let row): row.map(Float.init)
        }
    }

    /// Numbers in the row.
    public var count: Int {
        switch self {
        case .floats(let row): row.count
        case .bytes(let row): row.count
        }
    }
}

/// What one action brought.
public struct Step: Sendable, Equatable {
    /// The observation after the action; at an ending, the true last one.
    public var observation: Observation
    /// The reward that the action brought.
    public var reward: Double
    /// Whether and how the episode ended.
    public var ending: Ending
    /// Extra named numbers, in a fixed order.
    public var info: [Metric]

    /// A step with its parts.
    public init(
        observation: Observation, reward: Double, ending: Ending = .none, info: [Metric] = []
    ) {
        self.observation = observation
        self.reward = reward
        self.ending = ending
        self.info = info
    }
}

/// A world that an agent acts in, one episode at a time.
///
/// An environment never resets itself: after an ending the driver calls `reset(seed:)`. All its
/// randomness comes from the seed, so that the same seed and actions give the same episode; that
/// is how a run is resumed.
public protocol Environment {
    /// The environment's name, as in `optimist environments list`.
    var name: String { get }
    /// What observations look like.
    var observationSpace: Space { get }
    /// What actions look like, in the environment's own units.
    var actionSpace: Space { get }
    /// The reward as a function of what was seen and done, where it is known.
    var knownReward: RewardFunction? { get }
    /// The termination as a function of what was seen and done, where it is known.
    var knownTermination: TerminationFunction? { get }
    /// All that could be observed in the present state, also what masks and flicker hide: to judge
    /// what an agent believes, never to act on. Nil where the environment cannot tell.
    var wholeObservation: [Float]? { get }

    /// Starts an episode and returns its first observation.
    mutating func reset(seed: UInt64) throws -> Observation
    /// Takes an action, a row of `actionSpace`, and returns what it brought.
    mutating func step(_ action: [Float]) throws -> Step
    /// Draws the present state as pixels, where the environment can be drawn.
    mutating func render(width: Int, height: Int) throws -> Picture?
    /// Frees what lies outside this process; called once, after the last step.
    mutating func close()
}

extension Environment {
    /// Unknown, unless the environment says otherwise.
    public var knownReward: RewardFunction? { nil }
    /// Unknown, unless the environment says otherwise.
    public var knownTermination: TerminationFunction? { nil }
    /// Not told, unless the environment says otherwise.
    public var wholeObservation: [Float]? { nil }
    /// Not drawn, unless the environment says otherwise.
    public mutating func render(width: Int, height: Int) throws -> Picture? { nil }
    /// Nothing to free, unless the environment says otherwise.
    public mutating func close() {}
}

/// An environment whose state can be read, set and copied.
public protocol Simulator: Environment {
    /// Everything that the future depends on, the generator included.
    associatedtype State: Codable & Sendable
    /// The present state.
    var state: State { get set }
}

/// An RGB picture, 8 bits a channel, rows from the top.
public struct Picture: Sendable, Equatable {
    /// Pixels in a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// `height × width × 3` bytes: red, green, blue.
    public var pixels: [UInt8]

    /// A picture of the given size and bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        if pixels.count != width * height * 3 {
            fail("Picture", "\(pixels.count) bytes for \(width) × \(height) × 3")
        }
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
