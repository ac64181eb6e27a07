import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// Imagination in a linear-quadratic problem, float64: a step earns r(s, a) / temperature, and the
/// value at the end is the final reward's. The habit is N(mean, deviation²), whatever the state.
struct LinearGaussianImagination: ImaginationModel {
    private let dynamics: Tensor
    private let input: Tensor
    private let noise: Tensor?
    private let cost: (state: Tensor, action: Tensor, actionSlope: Tensor)
    private let final: Tensor
    private let temperature: Double
    private let habitMean: Double
    private let habitDeviation: Double

    /// Of the problem's cost only curvatures and the action's slope count; its noise is diagonal.
    init(
        _ problem: LinearQuadraticProblem, temperature: Double = 1, habitMean: Double = 0,
        habitDeviation: Double
    ) {
        func tensor(_ matrix: Matrix) -> Tensor {
            let rows = (0..<matrix.rows).flatMap { row in
                (0..<matrix.columns).map { matrix[row, $0] }
            }
            return Tensor(rows, shape: [matrix.rows, matrix.columns])
        }
        dynamics = tensor(problem.dynamics).transposed()
        input = tensor(problem.input).transposed()
        let diagonal = (0..<problem.stateCount).map { problem.noise[$0, $0] }
        noise = diagonal.allSatisfy { $0 == 0 } ? nil : Tensor(diagonal).sqrt()
        cost = (
            tensor(problem.cost.state), tensor(problem.cost.action),
            Tensor(problem.cost.actionSlope)
        )
        final = tensor((problem.finalCost ?? problem.cost.ofState).curvature)
        self.temperature = temperature
        self.habitMean = habitMean
        self.habitDeviation = habitDeviation
    }

    func habit(at states: Tensor) -> Normal {
        Normal(
            mean: .full([states.shape[0], input.shape[0]], habitMean, type: .float64),
            standardDeviation: habitDeviation, eventRank: 1)
    }

    func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) throws -> Imagined {
        let paid =
            (quadratic(states, cost.state) + quadratic(actions, cost.action)) * 0.5
            + (actions * cost.actionSlope).sum(axis: 1)
        var next = states.matmul(dynamics) + actions.matmul(input)
        if let noise {
            next = next + Tensor.normal(next.shape, type: .float64, using: &generator) * noise
        }
        return Imagined(states: next, logOptimality: paid * (-1 / temperature))
    }

    func value(of states: Tensor) -> Tensor? {
        quadratic(states, final) * (-0.5 / temperature)
    }

    private func quadratic(_ rows: Tensor, _ matrix: Tensor) -> Tensor {
        (rows.matmul(matrix) * rows).sum(axis: 1)
    }

    /// One decision: S(a) = −½ curvature a² − slope a, a habit N(mean, deviation²).
    static func decision(
        curvature: Double, slope: Double, habitMean: Double = 0, habitDeviation: Double = 1
    ) -> LinearGaussianImagination {
        let one = Matrix(rows: 1, columns: 1, repeating: 1)
        let problem = LinearQuadraticProblem(
            dynamics: one, input: one,
            cost: QuadraticCost(
                state: Matrix(rows: 1, columns: 1), action: curvature * one,
                actionSlope: [slope]))
        return LinearGaussianImagination(
            problem, habitMean: habitMean, habitDeviation: habitDeviation)
    }

    /// Prior N(0.2, 1/1.5), S(a) = −2 (0.7 a² − 0.8 a): the posterior has precision 4.3 and mean
    /// 1.9/4.3.
    static var oneDecision: LinearGaussianImagination {
        decision(
            curvature: 2.8, slope: -1.6, habitMean: 0.2, habitDeviation: (1 / 1.5).squareRoot())
    }

    /// log of the integral of that prior times exp S.
    static var oneDecisionLogEvidence: Double {
        let (prior, posterior, mean) = (1.5, 4.3, 1.9 / 4.3)
        let energy = posterior * mean * mean - prior * 0.2 * 0.2
        return 0.5 * (log(prior / posterior) + energy)
    }

    /// A point that is pushed, with costs on place, speed and push.
    static func doubleIntegrator(noise: Double = 0) -> LinearQuadraticProblem {
        LinearQuadraticProblem(
            dynamics: Matrix([[1, 0.5], [0, 1]]), input: Matrix([[0.1], [0.5]]),
            noise: noise * .identity(2),
            cost: QuadraticCost(state: .identity(2), action: 0.2 * .identity(1)))
    }
}
