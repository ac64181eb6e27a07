import OptimistCore
import OptimistModels
import OptimistTorch

/// KL(π ‖ p) in nats of rows of states.
enum SoftDivergence {
    /// The number of each row.
    case exact(Tensor)
    /// An estimate of a number that it is not below, for the sampler's law has no density; too high by
    /// as much as the estimated normalizer is too low.
    case atLeast(Tensor)
}

/// What soft Q-learning learns, for several actions or for numbers.
protocol SoftQLearner: AnyObject {
    /// Draws from the posterior, or the best actions: `[rows]` indices or `[rows, width]`.
    func actions(
        _ features: Tensor, mode: ActingMode, using generator: inout Generator
    ) -> Tensor
    /// One update; the loss of the values before.
    ///
    /// - Parameters:
    ///   - rows: transitions.
    ///   - updates: made so far, this one included.
    ///   - generator: draws.
    /// - Throws: `AgentError.notFinite`.
    func update(
        _ rows: ReplayedRows, updates: Int, using generator: inout Generator
    ) throws -> Double
    /// How far the posterior is from the prior.
    func divergence(_ features: Tensor, using generator: inout Generator) -> SoftDivergence
    /// Writes networks and optimizers.
    func save(to archive: Archive)
    /// Reads what `save` wrote.
    func load(from archive: Archive) throws
}
