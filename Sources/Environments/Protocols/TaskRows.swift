import OptimistCore

/// Rows of a task's states with one action each, as pointers into flat buffers.
///
/// `VectorTask` keeps such buffers; a planner may bring its own.
@frozen
public struct TaskRows<State: Sendable>: @unchecked Sendable {
    /// The states, moved in place.
    public var states: UnsafeMutablePointer<State>
    /// One generator a row.
    public var generators: UnsafeMutablePointer<Generator>
    /// Action rows, `count × actionWidth`.
    public var actions: UnsafePointer<Float>
    /// Numbers in an action row.
    public var actionWidth: Int
    /// What each action brought, overwritten.
    public var rewards: UnsafeMutablePointer<Double>
    /// Whether each action ended the task, overwritten.
    public var terminated: UnsafeMutablePointer<Bool>
    /// Observation rows, `count × observationWidth`, overwritten; nil where nobody looks.
    public var observations: UnsafeMutablePointer<Float>?
    /// Numbers in an observation row.
    public var observationWidth: Int
    /// Which rows to move; nil for all.
    public var active: UnsafePointer<Bool>?
    /// The rows to move.
    public var range: Range<Int>

    /// Rows that lie in the given buffers.
    @inlinable
    public init(
        states: UnsafeMutablePointer<State>, generators: UnsafeMutablePointer<Generator>,
        actions: UnsafePointer<Float>, actionWidth: Int, rewards: UnsafeMutablePointer<Double>,
        terminated: UnsafeMutablePointer<Bool>, observations: UnsafeMutablePointer<Float>? = nil,
        observationWidth: Int = 0, active: UnsafePointer<Bool>? = nil, range: Range<Int>
    ) {
        self.states = states
        self.generators = generators
        self.actions = actions
        self.actionWidth = actionWidth
        self.rewards = rewards
        self.terminated = terminated
        self.observations = observations
        self.observationWidth = observationWidth
        self.active = active
        self.range = range
    }
}

extension Task {
    /// Moves the rows one by one.
    @inlinable
    public func advance(_ rows: TaskRows<State>) {
        for row in rows.range {
            if let active = rows.active, !active[row] { continue }
            let (reward, terminated) = advance(
                &rows.states[row], action: rows.actions + row * rows.actionWidth,
                using: &rows.generators[row])
            rows.rewards[row] = reward
            rows.terminated[row] = terminated
            if let observations = rows.observations {
                observe(rows.states[row], into: observations + row * rows.observationWidth)
            }
        }
    }
}
