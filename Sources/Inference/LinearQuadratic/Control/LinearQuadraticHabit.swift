import OptimistLinearAlgebra

/// A Gaussian habit N(−K s, Λ⁻¹) of a linear-quadratic problem.
public struct LinearQuadraticHabit: Sendable, Equatable {
    /// K, `[action, state]`.
    public var gain: Matrix
    /// Λ, `[action, action]`, positive definite.
    public var precision: Matrix

    /// A habit.
    public init(gain: Matrix, precision: Matrix) {
        self.gain = gain
        self.precision = precision
    }
}

extension LinearQuadraticProblem {
    /// P of −½ sᵀ P s, what acting by a linear habit brings for ever from s, up to a constant that
    /// noise and the habit's own spread add; `[state, state]`.
    ///
    /// - Throws: `LinearQuadraticError.notStabilizable` where the habit lets the state grow;
    ///   `LinearAlgebraError`.
    public func curvature(of gain: Matrix) throws -> Matrix {
        var closed = dynamics - input * gain
        closed *= discount.squareRoot()
        let radius = try closed.spectralRadius()
        if !(radius < 1) { throw LinearQuadraticError.notStabilizable(spectralRadius: radius) }
        let crossed = cost.cross * gain
        var sum =
            cost.state + gain.transposed.sandwich(cost.action) - crossed - crossed.transposed
        // Doubling: after k rounds the sum holds 2ᵏ steps.
        for _ in 0..<64 {
            let more = closed.transposed.sandwich(sum)
            sum += more
            closed = closed * closed
            if more.largestMagnitude <= 1e-17 * sum.largestMagnitude { break }
        }
        sum.symmetrize()
        return sum
    }

    /// Planning that becomes habit: q(a | s) ∝ p(a | s) exp(rewardScale · Q^p(s, a)), again and
    /// again, where Q^p expects to act by habit p from then on (Marino and Yue 2019).
    ///
    /// The gain tends to that of the Riccati equation, the precision grows without end.
    ///
    /// - Parameters:
    ///   - rounds: how many rounds.
    ///   - first: the habit to start from, which must stabilize the system.
    ///   - rewardScale: nats per unit of reward.
    /// - Returns: rounds + 1 habits, the first one first.
    /// - Throws: `LinearQuadraticError`.
    public func habitRounds(
        _ rounds: Int, from first: LinearQuadraticHabit, rewardScale: Double = 1
    ) throws -> [LinearQuadraticHabit] {
        var habits = [first]
        for _ in 0..<rounds {
            let habit = habits[habits.count - 1]
            let later = try discount * curvature(of: habit.gain)
            let leverage = input.transposed * later
            var precision = habit.precision
            precision.add(cost.action + leverage * input, times: rewardScale)
            precision.symmetrize()
            var pull = habit.precision * habit.gain
            pull.add(leverage * dynamics + cost.cross.transposed, times: rewardScale)
            habits.append(
                LinearQuadraticHabit(
                    gain: try Cholesky(precision).solution(pull), precision: precision))
        }
        return habits
    }
}
