import OptimistCore

/// Any environments of one kind as a vector environment, stepped one after the other.
public final class SequentialEnvironments: VectorEnvironment {
    /// The environments.
    public private(set) var environments: [any Environment]
    /// What the last resets and steps brought, one row a copy.
    public private(set) var outcome: VectorOutcome
    /// The first environment's name.
    public let name: String
    /// What observations look like.
    public let observationSpace: Space
    /// What actions look like, in the environment's own units.
    public let actionSpace: Space

    /// A vector of environments; all must have the spaces of the first.
    public init(_ environments: [any Environment]) {
        guard let first = environments.first else {
            fail("SequentialEnvironments", "no environments given")
        }
        for (index, other) in environments.enumerated()
        where other.observationSpace != first.observationSpace
            || other.actionSpace != first.actionSpace
        {
            fail(
                "SequentialEnvironments",
                "the spaces of environment \(index) differ from the first's")
        }
        self.environments = environments
        name = first.name
        observationSpace = first.observationSpace
        actionSpace = first.actionSpace
        outcome = VectorOutcome(count: environments.count, space: first.observationSpace)
    }

    /// Copies.
    public var count: Int { environments.count }
    /// The reward as a function of batches, where it is known.
    public var knownReward: RewardFunction? { environments[0].knownReward }
    /// The termination as a function of batches, where it is known.
    public var knownTermination: TerminationFunction? { environments[0].knownTermination }

    /// Starts an episode in one copy and writes its observation row.
    ///
    /// - Throws: what the environment throws.
    public func reset(_ copy: Int, seed: UInt64) throws {
        let observation = try environments[copy].reset(seed: seed)
        outcome.observations.write(observation, at: copy * observationSpace.width)
        outcome.rewards[copy] = 0
        outcome.endings[copy] = .none
        outcome.info[copy] = []
    }

    /// Steps every active copy with its row of `actions`.
    ///
    /// - Throws: what an environment throws; copies before it have been stepped then.
    public func step(actions: UnsafeBufferPointer<Float>, active: [Bool]) throws {
        let width = actionSpace.width
        if actions.count != count * width || active.count != count {
            fail(
                "SequentialEnvironments.step",
                "\(actions.count) floats, \(active.count) flags for \(count) copies × \(width)")
        }
        for copy in 0..<count where active[copy] {
            let row = Array(actions[copy * width..<(copy + 1) * width])
            let step = try environments[copy].step(row)
            outcome.observations.write(step.observation, at: copy * observationSpace.width)
            outcome.rewards[copy] = step.reward
            outcome.endings[copy] = step.ending
            outcome.info[copy] = step.info
        }
    }

    /// All that could be observed in one copy's state, where its environment can tell.
    public func wholeObservation(_ copy: Int) -> [Float] {
        environments[copy].wholeObservation ?? shown(copy)
    }

    /// Draws one copy, where the environment can be drawn.
    ///
    /// - Throws: what the environment throws.
    public func render(_ copy: Int, width: Int, height: Int) throws -> Picture? {
        try environments[copy].render(width: width, height: height)
    }

    /// Frees what lies outside this process.
    public func close() {
        for copy in environments.indices { environments[copy].close() }
    }
}
