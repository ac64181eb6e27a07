import OptimistCore

extension SoftDynamicProgramming {
    /// Repeats the solution with the policy just found as the next prior: π_j ∝ π_{j−1} exp Q_j.
    ///
    /// With exact inner solutions the expected reward never falls and tends to the best one (Rawlik,
    /// Toussaint and Vijayakumar 2012, arXiv 1009.3958).
    ///
    /// - Parameters:
    ///   - iterations: how often.
    ///   - discount: γ.
    ///   - method: how each program is solved.
    ///   - stopping: when each is solved.
    /// - Returns: π_0, the prior, to π_iterations, each `[pairs]`.
    public func klIteration(
        _ iterations: Int, discount: Double,
        method: Method = .modifiedPolicyIteration(evaluationSweeps: 20),
        stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [[Double]] {
        if objective == .hard { fail("SoftDynamicProgramming.klIteration", "a hard program") }
        var policies = [priorPolicy()]
        for _ in 0..<iterations {
            let program = try SoftDynamicProgramming(
                model, rewardScale: rewardScale, prior: .table(policies[policies.count - 1]),
                threads: threads)
            policies.append(
                try program.solve(discount: discount, method: method, stopping: stopping).policy)
        }
        return policies
    }
}
