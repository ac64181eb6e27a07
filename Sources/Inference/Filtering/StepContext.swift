/// What a model knows beside the state when it moves or emits.
public struct StepContext<Action> {
    /// The step, from 0; for a transition the source step.
    public let step: Int
    /// The action at the step; nil where the system has none.
    public let action: Action?
    /// The time from this step to the next one, 1 where steps are regular. An emission takes no
    /// time: it sees 0.
    public let interval: Double

    /// A context with its parts given.
    @inlinable
    public init(step: Int, action: Action? = nil, interval: Double = 1) {
        self.step = step
        self.action = action
        self.interval = interval
    }
}

extension StepContext: Sendable where Action: Sendable {}
