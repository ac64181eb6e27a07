/// A batch of transitions as plain row-major buffers, in the environment's own units.
public struct TransitionRows {
    /// `count × observation width`: before the action.
    public let observations: UnsafeBufferPointer<Float>
    /// `count × action width`.
    public let actions: UnsafeBufferPointer<Float>
    /// `count × observation width`: after the action.
    public let nextObservations: UnsafeBufferPointer<Float>
    /// Rows.
    public let count: Int

    /// A view of three buffers with `count` rows each.
    public init(
        observations: UnsafeBufferPointer<Float>, actions: UnsafeBufferPointer<Float>,
        nextObservations: UnsafeBufferPointer<Float>, count: Int
    ) {
        self.observations = observations
        self.actions = actions
        self.nextObservations = nextObservations
        self.count = count
    }
}

/// A reward that is a known function of observation, action and next observation.
public struct RewardFunction: Sendable {
    /// Writes one reward a row.
    public let evaluate: @Sendable (TransitionRows, UnsafeMutableBufferPointer<Float>) -> Void

    /// A reward given by a function over batches.
    public init(
        _ evaluate: @escaping @Sendable (TransitionRows, UnsafeMutableBufferPointer<Float>) -> Void
    ) {
        self.evaluate = evaluate
    }
}

/// A termination that is a known function of observation, action and next observation.
public struct TerminationFunction: Sendable {
    /// Writes true for each row whose action ended the task.
    public let evaluate: @Sendable (TransitionRows, UnsafeMutableBufferPointer<Bool>) -> Void
    /// Whether it is known to be false everywhere, so that nobody need model it.
    public let isNever: Bool

    /// A termination given by a function over batches.
    public init(
        _ evaluate: @escaping @Sendable (TransitionRows, UnsafeMutableBufferPointer<Bool>) -> Void
    ) {
        self.init(isNever: false, evaluate)
    }

    private init(
        isNever: Bool,
        _ evaluate: @escaping @Sendable (TransitionRows, UnsafeMutableBufferPointer<Bool>) -> Void
    ) {
        self.evaluate = evaluate
        self.isNever = isNever
    }

    /// The termination of a task that never ends by itself.
    public static let never = TerminationFunction(isNever: true) { rows, ended in
        for index in 0..<rows.count { ended[index] = false }
    }

    /// What is left of it where observations are changed so that only "never" stays known.
    var whereOnlyNeverIsKnown: TerminationFunction? { isNever ? self : nil }
}
