import OptimistCore

/// The bound of a batch of sequences as numbers, with standard errors over the sequences.
public struct SequenceEvaluation: Sendable, Equatable {
    /// The four terms; their standard errors by name, that of the sum as `total`, where there is
    /// more than one sequence.
    public var bound: Bound<Double>
    /// E[log p(x, r | z)], the first part of the information gain.
    public var logLikelihood: Estimate?
    /// E[log p(x, r)], the second part, whatever its weight.
    public var logMarginal: Estimate?
    /// E[log p(x, r | z) − log p(x, r)] − E[KL(q(z) ‖ p(z))], minus the divergence of the state
    /// posterior from the agent's own filter: at most 0 with an exact marginal, and higher by what
    /// an estimated one falls short.
    public var filterSlack: Estimate?
}
