import OptimistCore

extension SoftDynamicProgramming {
    /// Solves for a number of steps: rewards at steps 1…horizon, each after its action.
    ///
    /// - Parameters:
    ///   - horizon: the number of steps, at least 1.
    ///   - discount: γ between steps, of reward and divergence both.
    /// - Throws: `DynamicProgrammingError.notFinite`.
    public func solve(
        horizon: Int, discount: Double = 1
    ) throws(DynamicProgrammingError) -> FiniteHorizonSolution {
        if horizon < 1 { fail("SoftDynamicProgramming.solve", "horizon \(horizon)") }
        let bellman = bellman(discount)
        var values = Array(repeating: [Double](), count: horizon)
        var policy = values
        var next = Array(repeating: 0.0, count: pairs.states)
        for t in (0..<horizon).reversed() {
            var (value, law) = (next, Array(repeating: 0.0, count: pairs.count))
            law.withUnsafeMutableBufferPointer {
                bellman.backUp(next, into: &value, policy: $0.baseAddress)
            }
            (values[t], policy[t], next) = (value, law, value)
        }
        if next.contains(where: { !$0.isFinite }) { throw .notFinite }
        let unit = scale
        return FiniteHorizonSolution(
            values: unit == 1 ? values : values.map { $0.map { $0 / unit } }, policy: policy,
            stateMarginals: try stateMarginals(policy),
            bound: atStart(next) * rewardScale / unit)
    }

    /// p(s_t) under a policy and the true dynamics, `[steps][states]`.
    ///
    /// - Parameter policy: π_t(a | s), `[steps][pairs]`.
    public func stateMarginals(
        _ policy: [[Double]]
    ) throws(DynamicProgrammingError) -> [[Double]] {
        let forward = LawPropagation(model, threads: threads, steps: policy.count - 1)
        var result = [model.start]
        result.reserveCapacity(policy.count)
        for law in policy.dropLast() {
            let last = result[result.count - 1]
            var next = last
            forward.advance(joint(last, law), last, scale: 1, into: &next)
            result.append(next)
        }
        return result
    }

    /// d(s) π(a | s) of each pair.
    func joint(_ states: [Double], _ policy: [Double]) -> [Double] {
        var result = policy
        for state in 0..<pairs.states {
            for pair in pairs.range(of: state) { result[pair] *= states[state] }
        }
        return result
    }
}
