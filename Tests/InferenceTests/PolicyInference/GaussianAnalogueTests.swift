import Foundation
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// What the tables show, in closed form for Gaussian policies.
@Suite struct GaussianAnalogueTests {
    /// One action, reward −½ (a − 2 s)², from the state s = 1, which no action moves.
    private var bandit: LinearQuadraticProblem {
        LinearQuadraticProblem(
            dynamics: [[0]], input: [[0]],
            cost: QuadraticCost(state: [[4]], action: [[1]], cross: [[-2]]))
    }

    private func stages(_ count: Int, scale: Double = 1) throws -> [(
        mean: Double, variance: Double
    )] {
        let first = LinearQuadraticHabit(gain: [[0]], precision: [[1]])
        return try bandit.habitRounds(count, from: first, rewardScale: scale).map {
            (-$0.gain[0, 0], 1 / $0.precision[0, 0])
        }
    }

    @Test func `stages that tilt the last posterior multiply Gaussians`() throws {
        let found = try stages(4)
        for (count, stage) in found.enumerated() {
            let number = Double(count)
            #expect(abs(stage.mean - 2 * number / (1 + number)) < 1e-14)
            #expect(abs(stage.variance - 1 / (1 + number)) < 1e-14)
        }
        let rewards = found.map { -0.5 * ($0.variance + ($0.mean - 2) * ($0.mean - 2)) }
        #expect(abs(rewards[1] - -0.75) < 1e-14)
        #expect(abs(rewards[2] - -0.388889) < 5.01e-7)
        #expect(abs(rewards[4] - -0.18) < 1e-14)
        // What the second of two stages looks like through the first: h = (a − mean) / deviation.
        let latent = (found[2].mean - found[1].mean) / found[1].variance.squareRoot()
        #expect(abs(latent - 0.471405) < 5.01e-7)
        #expect(abs(found[2].variance / found[1].variance - 0.666667) < 5.01e-7)
    }

    @Test func `stages at one scale are one stage at their sum`() throws {
        let (each, once) = (try stages(4, scale: 0.7)[4], try stages(1, scale: 2.8)[1])
        #expect(abs(each.mean - once.mean) < 1e-14)
        #expect(abs(each.variance - once.variance) < 1e-14)
    }

    @Test func `soft control of a line that drifts`() throws {
        let problem = LinearQuadraticProblem(
            dynamics: [[1]], input: [[1]], noise: [[0.01]],
            cost: QuadraticCost(state: [[1]], action: [[1]]), discount: 0.9)
        let solution = try problem.solveSteadyState(objective: .bound(temperature: 0.1))
        #expect(abs(solution.value.curvature[0, 0] - 1.588403) < 5.01e-7)
        #expect(abs(solution.policy.gain[0, 0] - 0.588403) < 5.01e-7)
        #expect(abs(solution.actionValue.action[0, 0] - 2.429563) < 5.01e-7)
        #expect(abs(solution.policy.covariance[0, 0] - 0.0411597) < 5.01e-8)
        #expect(abs(solution.value.constant - -0.747688) < 5.01e-7)
        let soft = 0.5 * 0.1 * log(2 * Double.pi * 0.1 / 2.429563)
        #expect(abs(solution.value.constant - (soft - 0.45 * 1.588403 * 0.01) / 0.1) < 1e-7)
    }
}
