extension SoftDynamicProgramming {
    /// KL(q_π ‖ p(τ | O)) = log p(O) − L(π) of a policy over its steps, in nats: what fixing the true
    /// start and dynamics costs, and what the policy falls short.
    ///
    /// - Parameters:
    ///   - policy: π_t(a | s), `[steps][pairs]`.
    ///   - posterior: the exact posterior of the same model, prior and horizon.
    public func gap(
        of policy: [[Double]], to posterior: ControlPosterior
    ) throws(DynamicProgrammingError) -> Double {
        posterior.logEvidence - (try bound(of: policy))
    }
}
