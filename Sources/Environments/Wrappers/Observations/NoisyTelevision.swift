import OptimistCore

/// A television that an extra action switches on: it shows noise, which no model can learn.
///
/// The action box gets one more entry in [−1, 1]; where it is greater than 0.5 the appended
/// observation entries are N(0, 1), else 0. Known reward and termination read what is before them.
public struct NoisyTelevision<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Where noise is drawn from, and the steps taken.
    public var memory = Screen(generator: Generator(seed: 0), steps: 0)
    /// Observation entries appended.
    public let count: Int
    /// The base's box as a vector, and the screen.
    public let observationSpace: Space
    /// The base's box as a vector, and the switch.
    public let actionSpace: Space

    /// What the television remembers within an episode.
    public struct Screen: Codable, Hashable, Sendable {
        /// Where noise is drawn from.
        public var generator: Generator
        /// Steps taken in this episode.
        public var steps: Int
    }

    /// An environment with boxes of observations and actions, and a screen of `count` numbers.
    public init(_ base: Base, count: Int) {
        self.base = base
        self.count = count
        observationSpace = base.observationSpace.requireAppending(
            low: -.infinity, high: .infinity, count: count, for: "NoisyTelevision")
        actionSpace = base.actionSpace.requireAppending(
            low: -1, high: 1, count: 1, for: "NoisyTelevision")
    }

    private var slices: RowSlices {
        let (width, actions) = (base.observationSpace.width, base.actionSpace.width)
        return RowSlices(
            observationWidth: width + count, observationSlice: 0..<width,
            actionWidth: actions + 1, actionSlice: 0..<actions)
    }

    /// The base's.
    public var knownReward: RewardFunction? { base.knownReward.map(slices.convert) }
    /// The base's.
    public var knownTermination: TerminationFunction? { base.knownTermination.map(slices.convert) }

    /// Resets the base; the television is off.
    public mutating func reset(seed: UInt64) throws -> Observation {
        memory = Screen(generator: Generator(seed: seed).split("noisy-tv"), steps: 0)
        return append(.init(repeating: 0, count: count), to: try base.reset(seed: seed))
    }

    /// Steps the base with all but the last entry, which is the switch.
    ///
    /// - Throws: `EnvironmentError.actionWidth`, `.badAction`; what the base throws.
    public mutating func step(_ action: [Float]) throws -> Step {
        let width = base.actionSpace.width
        try ActionCheck(actionSpace, of: name).check(action, step: memory.steps + 1)
        var step = try base.step(Array(action[..<width]))
        memory.steps += 1
        let isOn = action[width] > 0.5
        let screen = (0..<count).map { _ in isOn ? Float(memory.generator.normal()) : 0 }
        step.observation = append(screen, to: step.observation)
        return step
    }

    private func append(_ screen: [Float], to observation: Observation) -> Observation {
        .floats(observation.floats + screen)
    }
}

extension NoisyTelevision: Simulator where Base: Simulator {}
