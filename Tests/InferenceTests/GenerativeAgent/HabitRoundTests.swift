import Foundation
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Planning that becomes habit, where everything is known.
@Suite struct HabitRoundTests {
    private func means(_ scale: Double, _ rounds: Int) throws -> [Double] {
        try HabitDemonstration.chainRounds(rounds, rewardScale: scale)
            .map { $0.values.reduce(0, +) / 5 }
    }

    @Test func `the chain's habits earn what the table says`() throws {
        let one = try means(1, 20)
        #expect(abs(one[0] - 2.4) < 5e-5)
        for (round, value) in [
            (1, 7.7196), (2, 14.3802), (3, 15.5966), (5, 15.8427), (10, 15.8687), (20, 15.8709),
        ] {
            #expect(abs(one[round] - value) < 5e-5)
        }
        let half = try means(0.5, 20)
        for (round, value) in [
            (1, 4.6823), (2, 8.9979), (3, 12.8806), (5, 15.3341), (10, 15.8467), (20, 15.8690),
        ] {
            #expect(abs(half[round] - value) < 5e-5)
        }
        let five = try means(5, 3)
        for (round, value) in [(1, 14.9963), (2, 15.8681), (3, 15.8706)] {
            #expect(abs(five[round] - value) < 5e-5)
        }
    }

    @Test func `habits tend to the best policy, and never get worse anywhere`() throws {
        let program = try SoftDynamicProgramming(HabitDemonstration.chain(), rewardScale: 1)
        let rounds = try program.habitRounds(400, discount: 0.95)
        for (before, after) in zip(rounds, rounds.dropFirst()) {
            for (left, right) in zip(before.values, after.values) {
                #expect(right >= left - 1e-12)
            }
        }
        let best = [14.00922, 14.82848, 15.78667, 16.81633, 17.91415]
        for (value, expected) in zip(rounds[400].values, best) {
            #expect(abs(value - expected) < 5e-6)
        }
        #expect(abs(rounds[400].values.reduce(0, +) / 5 - 15.870967) < 5e-7)
    }

    @Test func `what is left to distil fades`() throws {
        let rounds = try SoftDynamicProgramming(HabitDemonstration.chain(), rewardScale: 1)
            .habitRounds(60, discount: 0.95)
        let means = rounds.map { $0.divergences.reduce(0, +) / 5 }
        for (mean, expected) in zip(means, [0.0695, 0.1298, 0.0546, 0.0139]) {
            #expect(abs(mean - expected) < 5e-5)
        }
        #expect(means[60] < 1e-4)
    }

    @Test func `a Gaussian habit tends to the Riccati gain as the table says`() throws {
        let habits = try HabitDemonstration.lineRounds(40)
        for (round, gain) in [
            (1, 0.628841), (2, 0.624339), (3, 0.622484), (5, 0.620835), (10, 0.619488),
            (40, 0.618408),
        ] {
            #expect(abs(habits[round].gain[0, 0] - gain) < 5e-7)
        }
        for (round, precision) in [(1, 7.2745), (2, 12.5113), (10, 54.4004)] {
            #expect(abs(habits[round].precision[0, 0] - precision) < 5e-5)
        }
        let best = try HabitDemonstration.line.solveSteadyState()
        let gap = abs(habits[40].gain[0, 0] - best.policy.gain[0, 0])
        #expect(gap < 4e-4)
        // (√5 − 1) / 2.
        #expect(abs(best.policy.gain[0, 0] - 0.618034) < 5e-7)
    }

    @Test func `in several dimensions too, and what grows is refused`() throws {
        let problem = LinearQuadraticProblem(
            dynamics: [[1, 0.1], [0, 1]], input: [[0], [0.1]],
            cost: QuadraticCost(state: [[1, 0], [0, 0.1]], action: [[0.1]]), discount: 0.98)
        let first = LinearQuadraticHabit(gain: [[0.5, 1]], precision: [[0.5]])
        let habits = try problem.habitRounds(300, from: first, rewardScale: 10)
        let best = try problem.solveSteadyState().policy.gain
        let gap = (habits[300].gain - best).largestMagnitude
        #expect(gap < 0.02 * best.largestMagnitude)
        #expect(gap < 0.1 * (habits[10].gain - best).largestMagnitude)
        let growing = LinearQuadraticHabit(gain: [[-5, -5]], precision: [[1]])
        #expect(throws: LinearQuadraticError.self) { try problem.habitRounds(1, from: growing) }
    }
}
