import OptimistCore

extension SoftDynamicProgramming {
    /// E[V_1(s_1)] of a number of steps in nats, as `solve(horizon:discount:)` gives it, in the
    /// memory of one step: the best bound if soft, the scaled best expected reward if hard.
    ///
    /// - Parameters:
    ///   - horizon: the number of steps, at least 1.
    ///   - discount: γ between steps.
    /// - Throws: `DynamicProgrammingError.notFinite`.
    public func bestBound(
        horizon: Int, discount: Double = 1
    ) throws(DynamicProgrammingError) -> Double {
        if horizon < 1 { fail("SoftDynamicProgramming.bestBound", "horizon \(horizon)") }
        let bellman = bellman(discount)
        var values = Array(repeating: 0.0, count: pairs.states)
        var next = values
        for _ in 0..<horizon {
            bellman.backUp(values, into: &next)
            swap(&values, &next)
        }
        if values.contains(where: { !$0.isFinite }) { throw .notFinite }
        return atStart(values) * rewardScale / scale
    }
}
