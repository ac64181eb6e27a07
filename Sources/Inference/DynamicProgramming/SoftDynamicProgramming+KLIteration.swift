import OptimistCore

extension SoftDynamicProgramming {
    /// Repeats the solution with the policy just found as the next prior: π_j ∝ π_{j−1} exp Q_j.
    ///
    /// With exact inner solutions the expected reward never falls and tends to the best one (Rawlik,
    /// Toussaint and Vijayakumar 2012, arXiv 1009.3958). `iterate` also has finite horizons, a scale
    /// for each round, and what each round is worth.
    ///
    /// - Parameters:
    ///   - iterations: how often.
    ///   - discount: γ.
    ///   - stopping: when each is solved.
    /// - Returns: π_0, the prior, to π_iterations, each `[pairs]`.
    /// - Throws: `DynamicProgrammingError`.
    public func klIteration(
        _ iterations: Int, discount: Double, stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [[Double]] {
        try iterate(
            rewardScales: Array(repeating: rewardScale, count: iterations),
            span: .endless(discount: discount), stopping: stopping
        ).map { $0.policy[0] }
    }
}
