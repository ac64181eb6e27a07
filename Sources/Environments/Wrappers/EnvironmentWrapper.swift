import OptimistCore

/// An environment around another one, which changes a part of what passes through.
///
/// Everything not changed is passed on. What a wrapper remembers within an episode lies in
/// `memory`, so that a wrapped simulator is a simulator. Wrappers draw randomness only from the
/// reset seed, each from a stream of its own.
public protocol EnvironmentWrapper: Environment {
    /// The environment inside.
    associatedtype Base: Environment
    /// What the wrapper remembers within an episode.
    associatedtype Memory: Codable & Sendable
    /// The environment inside.
    var base: Base { get set }
    /// What the wrapper remembers within an episode.
    var memory: Memory { get set }
}

/// The memory of wrappers that remember nothing.
public struct NoMemory: Codable, Hashable, Sendable {}

/// The state of a wrapped simulator: the base's, and what the wrapper remembers.
public struct WrapperState<Base: Codable & Sendable, Memory: Codable & Sendable>: Codable, Sendable
{
    /// The state of the environment inside.
    public var base: Base
    /// What the wrapper remembers.
    public var memory: Memory
}

extension EnvironmentWrapper {
    /// The base's name.
    public var name: String { base.name }
    /// The base's.
    public var observationSpace: Space { base.observationSpace }
    /// The base's.
    public var actionSpace: Space { base.actionSpace }
    /// The base's.
    public var knownReward: RewardFunction? { base.knownReward }
    /// The base's.
    public var knownTermination: TerminationFunction? { base.knownTermination }
    /// The base's: what a wrapper hides or adds is no part of it.
    public var wholeObservation: [Float]? { base.wholeObservation }

    /// Resets the base.
    public mutating func reset(seed: UInt64) throws -> Observation { try base.reset(seed: seed) }
    /// Steps the base.
    public mutating func step(_ action: [Float]) throws -> Step { try base.step(action) }
    /// Draws the base.
    public mutating func render(width: Int, height: Int) throws -> Picture? {
        try base.render(width: width, height: height)
    }
    /// Closes the base.
    public mutating func close() { base.close() }
}

extension EnvironmentWrapper where Base: Simulator {
    /// The state of the base, with what the wrapper remembers.
    public var state: WrapperState<Base.State, Memory> {
        get { WrapperState(base: base.state, memory: memory) }
        set {
            base.state = newValue.base
            memory = newValue.memory
        }
    }
}
