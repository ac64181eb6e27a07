import OptimistCore

/// One round of exact variational EM of the habit.
public struct GenerativeRound: Sendable, Equatable {
    /// The habit p_a(a | z) of the round, `[Z, A]`.
    public var habit: [Double]
    /// The bound's optimum under it, in nats.
    public var bound: Double
    /// The log evidence of optimality under it, in nats.
    public var logEvidence: Double
    /// The expected return under q*, in reward units.
    public var expectedReturn: Double
}

extension GenerativeProblem {
    /// The habit that a posterior would leave behind: p(a | z) ∝ how often a was done in z, the
    /// maximum of the bound over habits (the M-step; Marino and Yue 2019, "planning distillation").
    ///
    /// States that are never reached keep their habit.
    public func distilledHabit(_ evaluation: GenerativeEvaluation) -> [Double] {
        var habit = agent.habit
        let actions = agent.actionCount
        for z in 0..<agent.stateCount {
            let row = z * actions..<(z + 1) * actions
            let total = evaluation.actionCounts[row].reduce(0, +)
            if total > 0 {
                for index in row { habit[index] = evaluation.actionCounts[index] / total }
            }
        }
        return habit
    }

    /// Exact variational EM of the habit: infer q*, distil it, again and again.
    ///
    /// The bound never falls. The first round is the problem as it is.
    ///
    /// - Throws: `GenerativeAgentError`.
    public func learnHabit(rounds: Int) throws(GenerativeAgentError) -> [GenerativeRound] {
        var problem = self
        var result: [GenerativeRound] = []
        for round in 0...rounds {
            let (bound, posterior) = try problem.solve(.bound)
            let evaluation = try problem.evaluate(posterior)
            result.append(
                GenerativeRound(
                    habit: problem.agent.habit, bound: bound,
                    logEvidence: try problem.solve(.evidence).value,
                    expectedReturn: evaluation.expectedReturn))
            if round < rounds {
                problem = try problem.with(habit: problem.distilledHabit(evaluation))
            }
        }
        return result
    }
}
