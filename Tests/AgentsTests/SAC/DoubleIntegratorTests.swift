import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The agent's targets and policy loss with quadratic values in two states, place and velocity, against
/// Riccati's equation.
@Suite struct DoubleIntegratorTests {
    private let discount = 0.9
    private let price = 0.01
    private let count = 8_000
    /// Deviations of the disturbances of place and velocity.
    private let disturbances = [0.03, 0.1]

    private var problem: LinearQuadraticProblem {
        LinearQuadraticProblem(
            dynamics: Matrix([[1, 0.1], [0, 1]]), input: Matrix([[0], [0.1]]),
            noise: .diagonal(disturbances.map { $0 * $0 }),
            cost: QuadraticCost(state: .diagonal([1, 0.1]), action: Matrix([[0.1]])),
            discount: discount)
    }

    /// Every product of place, velocity and action, and 1.
    private func basis(_ s: Tensor, _ a: Tensor) -> Tensor {
        let (x, v) = (s.slice(axis: 1, 0..<1), s.slice(axis: 1, 1..<2))
        return .concatenated(
            [x.square(), x * v, v.square(), x * a, v * a, a.square(), .ones(like: a)], axis: 1)
    }

    private struct Experience {
        let states: Tensor
        let next: Tensor
        let rewards: Tensor
        let design: Tensor
    }

    /// Every disturbance comes with its opposite.
    private func experience(_ generator: inout Generator) -> Experience {
        func normal(_ width: Int) -> Tensor {
            let half = Tensor.normal([count / 2, width], type: .float64, using: &generator)
            return .concatenated([half, half])
        }
        let (states, actions) = (normal(2), normal(1) * 2)
        let (x, v) = (states.slice(axis: 1, 0..<1), states.slice(axis: 1, 1..<2))
        let half =
            Tensor.normal([count / 2, 2], type: .float64, using: &generator) * Tensor(disturbances)
        let next =
            Tensor.concatenated([x + v * 0.1, v + actions * 0.1], axis: 1)
            + Tensor.concatenated([half, -half])
        let cost = x.square() + v.square() * 0.1 + actions.square() * 0.1
        return Experience(
            states: states, next: next, rewards: (cost * -0.5).squeezed(axis: 1),
            design: basis(states, actions))
    }

    @Test func `with quadratic values it solves the double integrator`() throws {
        let solution = try problem.solveSteadyState(objective: .bound(temperature: price))
        let objective = SoftObjective(
            prior: .lebesgue, kind: .continuous(width: 1, isBounded: false), discount: discount)
        var generator = Generator(seed: 4)
        let data = experience(&generator)
        let normalMatrix = data.design.transposed().matmul(data.design)
        var weights = Tensor.zeros([7, 1], type: .float64)
        let gain = Tensor([0.0, 0], shape: [2, 1])
            .requiringGradient()
        let spread = Tensor([-1.0]).requiringGradient()
        let optimizer = Adam(
            [NamedTensor("gain", gain), NamedTensor("spread", spread)], learningRate: 0.05)
        func law(_ s: Tensor) -> Normal {
            Normal(
                mean: s.matmul(gain), logStandardDeviation: spread.expanded([count, 1]),
                eventRank: 1)
        }
        for round in 0..<200 {
            let targets = withoutGradient {
                let draw = law(data.next).draw(using: &generator)
                let worth = basis(data.next, draw.value).matmul(weights).squeezed(axis: 1)
                return objective.targets(
                    rewards: data.rewards, continuation: .ones(like: data.rewards),
                    following: objective.value(of: draw, worth: worth, price: Tensor([price])))
            }
            let sums = data.design.transposed().matmul(targets.unsqueezed(axis: 1))
            // Later rounds are averaged, which takes the noise of draws off.
            let share = round < 120 ? 1 : 0.1
            weights = weights * (1 - share) + normalMatrix.solve(sums) * share
            optimizer.learningRate = round < 120 ? 0.05 : 0.01
            for _ in 0..<4 {
                let draw = law(data.states).reparameterizedDraw(using: &generator)
                let action = draw.value.detached()
                let slope =
                    data.states.matmul(weights.slice(axis: 0, 3..<5)) + action * weights[5] * 2
                optimizer.minimize(
                    objective.loss(of: draw, slope: slope, price: Tensor([price])))
            }
        }
        let found = gain.detached().doubles()
        for axis in 0..<2 {
            #expect(abs(found[axis] / -solution.policy.gain[0, axis] - 1) < 0.1)
        }
        let variance = exp(2 * spread.detached().item())
        #expect(abs(variance / solution.policy.covariance[0, 0] - 1) < 0.15)
        // V(0) = E[Q(0, a)] + τ entropy.
        let entropy: Double = 0.5 * log(2 * Double.pi * exp(1) * variance)
        let fitted = weights.doubles()
        let value: Double = fitted[5] * variance + fitted[6] + price * entropy
        #expect(abs(value / solution.value.constant - 1) < 0.05, "\(value)")
    }
}
