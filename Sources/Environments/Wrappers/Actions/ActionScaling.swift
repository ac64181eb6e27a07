import OptimistCore

/// The map between the actions that agents use and an environment's own.
///
/// Agents act in [−1, 1] where the box is bounded: actions are clipped to that and mapped linearly
/// onto the box. In unbounded boxes and discrete spaces actions pass as they are. This is the one
/// place where that is decided.
public struct ActionScaling: Sendable {
    /// The space that agents act in.
    public let agentSpace: Space
    /// The environment's own space.
    public let environmentSpace: Space
    /// Whether actions are mapped at all.
    public let isBounded: Bool
    private let low: [Float]
    private let high: [Float]

    /// The map for an environment's action space.
    public init(_ space: Space) {
        environmentSpace = space
        if case .box(let low, let high) = space.kind, space.isBounded {
            isBounded = true
            self.low = low
            self.high = high
            agentSpace = .box(-1, 1, shape: space.shape)
        } else {
            isBounded = false
            (low, high) = ([], [])
            agentSpace = space
        }
    }

    /// Overwrites rows of agents' actions by the environment's; numbers that are not finite stay,
    /// for the environment to refuse.
    public func toEnvironment(_ rows: UnsafeMutableBufferPointer<Float>) {
        guard isBounded else { return }
        let width = low.count
        for index in rows.indices where rows[index].isFinite {
            let entry = index % width
            let share = (min(max(rows[index], -1), 1) + 1) / 2
            let value = low[entry] + share * (high[entry] - low[entry])
            rows[index] = min(max(value, low[entry]), high[entry])
        }
    }

    /// The environment's action for an agent's.
    public func toEnvironment(_ action: [Float]) -> [Float] {
        var row = action
        if row.count == environmentSpace.width {
            row.withUnsafeMutableBufferPointer { toEnvironment($0) }
        }
        return row
    }

    /// The agent's action for one of the environment's.
    public func toAgent(_ action: [Float]) -> [Float] {
        guard isBounded, action.count == low.count else { return action }
        return action.indices.map { entry in
            let range = high[entry] - low[entry]
            return range > 0 ? 2 * (action[entry] - low[entry]) / range - 1 : 0
        }
    }

    /// A function of the environment's actions as one of the agents'.
    public func convert(_ reward: RewardFunction) -> RewardFunction {
        guard isBounded else { return reward }
        return RewardFunction { rows, out in
            withEnvironmentActions(of: rows) { reward.evaluate($0, out) }
        }
    }

    /// A function of the environment's actions as one of the agents'.
    public func convert(_ termination: TerminationFunction) -> TerminationFunction {
        if termination.isNever { return termination }
        guard isBounded else { return termination }
        return TerminationFunction { rows, out in
            withEnvironmentActions(of: rows) { termination.evaluate($0, out) }
        }
    }

    private func withEnvironmentActions(
        of rows: TransitionRows, _ body: (TransitionRows) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.actions.count) { actions in
            _ = actions.initialize(from: rows.actions)
            toEnvironment(actions)
            body(rows.replacing(actions: UnsafeBufferPointer(actions)))
        }
    }
}

extension TransitionRows {
    /// The same transitions with other actions.
    func replacing(actions: UnsafeBufferPointer<Float>) -> TransitionRows {
        TransitionRows(
            observations: observations, actions: actions, nextObservations: nextObservations,
            count: count)
    }
}
