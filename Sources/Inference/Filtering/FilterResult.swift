/// What a filter believes along a sequence, and how well it predicted it.
public struct FilterResult<Belief> {
    /// The beliefs before each step's observation, p(s_t | x_<t); `[step]`.
    public let predictions: [Belief]
    /// The beliefs after it, p(s_t | x_≤t), equal to the prediction where it is missing; `[step]`.
    public let beliefs: [Belief]
    /// log p(x_t | x_<t) in nats, exact or as the filter approximates it; 0 where the observation
    /// is missing; `[step]`.
    public let logLikelihoods: [Double]

    /// The log evidence of the whole sequence, Σ log p(x_t | x_<t), in nats. For continuous
    /// observations this is a density: positive values are normal.
    public var logEvidence: Double { logLikelihoods.reduce(0, +) }
}

extension FilterResult: Sendable where Belief: Sendable {}
extension FilterResult: Equatable where Belief: Equatable {}
