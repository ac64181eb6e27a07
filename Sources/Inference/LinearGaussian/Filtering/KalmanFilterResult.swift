import OptimistLinearAlgebra

/// What a filter inferred from one run.
public struct KalmanFilterResult: Equatable, Sendable {
    /// log p(x), in nats; positive values are normal for densities. Burnt terms are left out.
    public internal(set) var logLikelihood: Double
    /// log p(x_t | x_<t) of every step, in nats; 0 where nothing was observed. Terms that are burnt
    /// or that only serve to determine a flat state are listed, too.
    public internal(set) var logLikelihoods: [Double]
    /// The law of s_t given x_<t, for every step.
    public internal(set) var predicted: GaussianSequence
    /// The law of s_t given x_≤t, for every step.
    public internal(set) var filtered: GaussianSequence
    /// How many of the first filtered laws do not exist because the initial law is flat: their means
    /// are NaN and their variances infinite. Predicted laws do not exist for one step more.
    public internal(set) var undeterminedCount = 0
}
