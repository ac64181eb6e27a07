import OptimistCore

extension SoftDynamicProgramming {
    /// Tabular MPO with exact action values: each round is the one-step update at the temperature of
    /// which the mean over steps of KL(q ‖ π), under the old law of states, is as large as allowed.
    ///
    /// A table represents the improved policy exactly, so fitting it is no approximation.
    ///
    /// - Parameters:
    ///   - rounds: how many.
    ///   - horizon: the number of steps.
    ///   - maximumDivergence: ε in nats, positive.
    /// - Returns: one round more, the prior first. A round whose greedy policy is near enough is at a
    ///   millionth of the spread of the values, so that logs stay finite.
    /// - Throws: `DynamicProgrammingError`.
    public func maximumAPosterioriPolicyOptimization(
        _ rounds: Int, horizon: Int, maximumDivergence: Double
    ) throws(DynamicProgrammingError) -> [InferenceRound] {
        // A greedy round is one at this share of the spread of the values.
        let coldest = 1e-6
        let span = SolvingSpan.steps(horizon, discount: 1)
        var result = try iterate(rewardScales: [], span: span)
        for _ in 0..<rounds {
            let last = result[result.count - 1]
            let dual = try temperatureDual(last, maximumDivergence)
            let temperature = dual.solution.temperature
            // Where all actions are worth the same, any scale leaves the policy as it is.
            let scale = dual.spread > 0 ? 1 / max(temperature, coldest * dual.spread) : 1
            let next = try updated(last.logPolicy, scale, span, .oneStep, .init())
            result.append(
                try assessed(next, from: last.logPolicy, rewardScale: scale, span, .init()))
        }
        return result
    }

    /// Rows of exact action values, one a step and state that is met.
    private func temperatureDual(
        _ round: InferenceRound, _ maximumDivergence: Double
    ) throws(DynamicProgrammingError) -> TemperatureDual {
        let policy = round.policy
        let values = try rewardProgram.actionValues(of: policy)
        let marginals = try stateMarginals(policy)
        var rows: [TemperatureDual.Row] = []
        for t in policy.indices {
            for state in 0..<pairs.states where marginals[t][state] > 0 {
                let range = pairs.range(of: state)
                if range.isEmpty { continue }
                rows.append(
                    .init(
                        values: range.map { values[t][$0] },
                        logPrior: range.map { round.logPolicy[t][$0] },
                        weight: marginals[t][state]))
            }
        }
        return TemperatureDual(maximumDivergence: maximumDivergence, rows: rows)
    }
}
