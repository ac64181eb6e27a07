import OptimistCore

/// A vector environment in the units that agents act in: [−1, 1] for bounded boxes, raw otherwise.
public final class AgentUnits: VectorEnvironment {
    /// The environments inside, in their own units.
    public let base: any VectorEnvironment
    /// The map between both.
    public let scaling: ActionScaling
    private var scaled: [Float]

    /// Environments whose bounded actions are clipped to [−1, 1] and mapped.
    public init(_ base: any VectorEnvironment) {
        self.base = base
        scaling = ActionScaling(base.actionSpace)
        scaled = .init(repeating: 0, count: base.count * base.actionSpace.width)
    }

    /// The base's name.
    public var name: String { base.name }
    /// Copies.
    public var count: Int { base.count }
    /// The base's.
    public var observationSpace: Space { base.observationSpace }
    /// What agents act in.
    public var actionSpace: Space { scaling.agentSpace }
    /// The base's, of agents' actions.
    public var knownReward: RewardFunction? { base.knownReward.map(scaling.convert) }
    /// The base's, of agents' actions.
    public var knownTermination: TerminationFunction? {
        base.knownTermination.map(scaling.convert)
    }
    /// The base's: actions that tables have are passed on as they are.
    public var table: TaskTable? { base.table }
    /// What the last resets and steps brought.
    public var outcome: VectorOutcome { base.outcome }

    /// Resets one copy.
    ///
    /// - Throws: what the base throws.
    public func reset(_ copy: Int, seed: UInt64) throws { try base.reset(copy, seed: seed) }

    /// Steps every active copy with its mapped action.
    ///
    /// - Throws: what the base throws.
    public func step(actions: UnsafeBufferPointer<Float>, active: [Bool]) throws {
        guard scaling.isBounded else { return try base.step(actions: actions, active: active) }
        if actions.count != scaled.count {
            fail("AgentUnits.step", "\(actions.count) floats where \(scaled.count) are needed")
        }
        try scaled.withUnsafeMutableBufferPointer { scaled in
            _ = scaled.update(from: actions)
            scaling.toEnvironment(scaled)
            try base.step(actions: UnsafeBufferPointer(scaled), active: active)
        }
    }

    /// The base's.
    public func wholeObservation(_ copy: Int) -> [Float] { base.wholeObservation(copy) }

    /// Draws one copy.
    ///
    /// - Throws: what the base throws.
    public func render(_ copy: Int, width: Int, height: Int) throws -> Picture? {
        try base.render(copy, width: width, height: height)
    }

    /// Closes the base.
    public func close() { base.close() }
}
