import Foundation
import OptimistLinearAlgebra

/// A round of planning and distilling, exactly.
public struct HabitRound: Sendable, Equatable {
    /// The habit p(a | s), `[pairs]`.
    public var habit: [Double]
    /// V(s) of acting by habit alone, in reward units, `[states]`.
    public var values: [Double]
    /// KL of the plan, the next round's habit, from the habit, `[states]`, in nats.
    public var divergences: [Double]
}

extension SoftDynamicProgramming {
    /// Planning that becomes habit: q(a | s) ∝ p(a | s) exp(rewardScale · Q^p(s, a)), where Q^p
    /// expects to act by habit p from then on, and q is the next habit.
    ///
    /// This is planning as inference in the generative agent, followed by perfect distillation
    /// (Marino and Yue 2019), and the policy iteration of mirror descent. The value never falls in
    /// any state; from a habit that does everything now and then it tends to the best one.
    ///
    /// - Parameters:
    ///   - rounds: how many rounds; the first habit is the prior.
    ///   - discount: γ.
    ///   - stopping: how exactly habits are evaluated.
    /// - Returns: rounds + 1 habits, the prior first.
    /// - Throws: `DynamicProgrammingError`.
    public func habitRounds(
        _ rounds: Int, discount: Double, stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [HabitRound] {
        var logHabit = logPrior
        var result: [HabitRound] = []
        for _ in 0...rounds {
            let habit = logHabit.map { exp($0) }
            let program = try SoftDynamicProgramming(
                model, rewardScale: rewardScale, prior: .table(habit), threads: threads)
            // Under the habit itself actions cost nothing: these are scaled rewards alone.
            let values = try program.evaluate(habit, discount: discount, stopping: stopping)
            var expected = Array(repeating: 0.0, count: pairs.count)
            for pair in expected.indices {
                model.forEachSuccessor(of: pair) { expected[pair] += $1 * values[$0] }
            }
            var divergences = Array(repeating: 0.0, count: pairs.states)
            var plan = logHabit
            for state in 0..<pairs.states {
                let range = pairs.range(of: state)
                if range.isEmpty { continue }
                var law = range.map {
                    logHabit[$0] + rewardScale * model.rewards[$0] + discount * expected[$0]
                }
                let total = logSumExp(law)
                for index in law.indices { law[index] -= total }
                for (index, pair) in range.enumerated() where law[index] > -.infinity {
                    divergences[state] += exp(law[index]) * (law[index] - logHabit[pair])
                }
                plan.replaceSubrange(range, with: law)
            }
            result.append(
                HabitRound(
                    habit: habit, values: values.map { $0 / rewardScale },
                    divergences: divergences))
            logHabit = plan
        }
        return result
    }
}
