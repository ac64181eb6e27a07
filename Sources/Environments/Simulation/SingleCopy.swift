import OptimistCore

/// A vector environment of one copy as an environment, so that wrappers can go around it.
public struct SingleCopy: Environment {
    private let base: any VectorEnvironment

    /// The only copy of a vector environment.
    public init(_ base: any VectorEnvironment) {
        if base.count != 1 { fail("SingleCopy", "\(base.count) copies of \(base.name)") }
        self.base = base
    }

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

    /// The base's.
    public var wholeObservation: [Float]? { base.wholeObservation(0) }

    /// Resets the copy.
    ///
    /// - Throws: what the base throws.
    public mutating func reset(seed: UInt64) throws -> Observation {
        try base.reset(0, seed: seed)
        return base.outcome.observations
    }

    /// Steps the copy.
    ///
    /// - Throws: `EnvironmentError.actionWidth`; what the base throws.
    public mutating func step(_ action: [Float]) throws -> Step {
        if action.count != base.actionSpace.width {
            throw EnvironmentError.actionWidth(
                environment: name, step: nil, count: action.count,
                expected: base.actionSpace.width)
        }
        try action.withUnsafeBufferPointer { try base.step(actions: $0, active: [true]) }
        let outcome = base.outcome
        return Step(
            observation: outcome.observations, reward: outcome.rewards[0],
            ending: outcome.endings[0], info: outcome.info[0])
    }

    /// Draws the copy.
    ///
    /// - Throws: what the base throws.
    public mutating func render(width: Int, height: Int) throws -> Picture? {
        try base.render(0, width: width, height: height)
    }

    /// Closes the base.
    public mutating func close() { base.close() }
}
