import OptimistCore
import OptimistLinearAlgebra

/// Planning that becomes habit in three worlds where everything is exact.
public enum HabitDemonstration {
    /// γ of the chain.
    public static let chainDiscount = 0.95

    /// Five states in a row; action 0 goes left and 1 right, each the other way one time in ten.
    /// Going left at the left end pays 0.2, going right at the right end 1.
    public static func chain() -> TabularModel {
        let law = (0..<5).map { state in
            (0..<2).map { action in
                var row = Array(repeating: 0.0, count: 5)
                let right = action == 1 ? 0.9 : 0.1
                row[min(state + 1, 4)] += right
                row[max(state - 1, 0)] += 1 - right
                return row
            }
        }
        var rewards = Array(repeating: [0.0, 0], count: 5)
        rewards[0][0] = 0.2
        rewards[4][1] = 1
        do {
            return try TabularModel(
                dense: law, rewards: rewards, start: Array(repeating: 0.2, count: 5))
        } catch {
            fail("HabitDemonstration.chain", "\(error)")
        }
    }

    /// Rounds of planning and distilling in the chain, from the uniform habit.
    ///
    /// - Parameters:
    ///   - rounds: how many rounds.
    ///   - rewardScale: nats per unit of reward.
    /// - Throws: `DynamicProgrammingError`.
    public static func chainRounds(
        _ rounds: Int, rewardScale: Double
    ) throws(DynamicProgrammingError) -> [HabitRound] {
        try SoftDynamicProgramming(chain(), rewardScale: rewardScale)
            .habitRounds(rounds, discount: chainDiscount)
    }

    /// s′ = s + a at the cost s² + a², in the convention ½ (sᵀ Q s + aᵀ R a).
    public static var line: LinearQuadraticProblem {
        let (one, two) = (Matrix([[1]]), Matrix([[2]]))
        return LinearQuadraticProblem(
            dynamics: one, input: one, cost: QuadraticCost(state: two, action: two))
    }

    /// Rounds of planning and distilling on the line, from the habit N(−0.3 s, 1).
    ///
    /// - Throws: `LinearQuadraticError`.
    public static func lineRounds(_ rounds: Int) throws -> [LinearQuadraticHabit] {
        try line.habitRounds(
            rounds, from: LinearQuadraticHabit(gain: Matrix([[0.3]]), precision: Matrix([[1]])))
    }
}
