import OptimistTorch

/// What was imagined of one step, row by row.
public struct Imagined {
    /// Where each row has arrived, `[rows, ...]`.
    public var states: Tensor
    /// log p(O = 1 | r) of the reward on arrival, `[rows]`, in nats: reward scale times reward.
    public var logOptimality: Tensor
    /// The probability that the task goes on after arrival, `[rows]`; nil where it always does.
    public var continuation: Tensor?
    /// I(z; x, r) on arrival, `[rows]`, in nats; nil where it was not asked for.
    public var information: Tensor?

    /// What was imagined, with its parts.
    public init(
        states: Tensor, logOptimality: Tensor, continuation: Tensor? = nil,
        information: Tensor? = nil
    ) {
        self.states = states
        self.logOptimality = logOptimality
        self.continuation = continuation
        self.information = information
    }
}
