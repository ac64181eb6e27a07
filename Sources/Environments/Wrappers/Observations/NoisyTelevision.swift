import OptimistCore

/// A television that an extra action switches on: it shows noise, which no model can learn.
///
/// The action box gets one more entry in [−1, 1]; where it is greater than 0.5 the appended
/// observation entries are N(0, 1), else 0. Known reward and termination read what is before them.
public struct NoisyTelevision<Base: Environment>: EnvironmentWrapper {
    /// The environment inside.
    public var base: Base
    /// Where noise is drawn from.
    public var memory = Generator(seed: 0)
    /// Observation entries appended.
    public let count: Int
    /// The base's box as a vector, and the screen.
    public let observationSpace: Space
    /// The base's box as a vector, and the switch.
    public let actionSpace: Space

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
        memory = Generator(seed: seed).split("noisy-tv")
        return append(.init(repeating: 0, count: count), to: try base.reset(seed: seed))
    }

    /// Steps the base with all but the last entry, which is the switch.
    ///
    /// - Throws: `EnvironmentError.actionWidth`, `.badAction` for the switch; what the base throws.
    public mutating func step(_ action: [Float]) throws -> Step {
        let width = base.actionSpace.width
        if action.count != width + 1 {
            throw EnvironmentError.actionWidth(
                environment: name, step: 0, count: action.count, expected: width + 1)
        }
        let knob = action[width]
        if !(-1...1).contains(knob) {
            throw EnvironmentError.badAction(
                environment: name, copy: nil, step: 0, entry: width, value: "\(knob)",
                allowed: "-1.0 to 1.0")
        }
        var step = try base.step(Array(action[..<width]))
        let screen = (0..<count).map { _ in knob > 0.5 ? Float(memory.normal()) : 0 }
        step.observation = append(screen, to: step.observation)
        return step
    }

    private func append(_ screen: [Float], to observation: Observation) -> Observation {
        .floats(observation.floats + screen)
    }
}

extension NoisyTelevision: Simulator where Base: Simulator {}
