import OptimistCore
import OptimistOracles
import OptimistPlanning
import OptimistTorch

/// Scores open-loop plans by a quadratic cost U'MU/2 + b'U + c, in float64: fixture F1.
struct QuadraticScorer: PlanScorer {
    let curvature: Tensor
    let slope: Tensor
    let constant: Double
    let horizon: Int

    /// The double integrator of F1, or another linear-quadratic problem with scalar actions.
    init(_ problem: LinearQuadratic = .doubleIntegrator) {
        let cost = problem.planCost
        horizon = problem.horizon
        let rows = (0..<horizon).flatMap { row in
            (0..<problem.horizon).map { cost.curvature[row, $0] }
        }
        curvature = Tensor(rows, shape: [horizon, horizon])
        slope = Tensor(cost.slope, shape: [horizon])
        constant = cost.constant
    }

    func scores(of sequences: Tensor, using generator: inout Generator) -> Tensor {
        let plans = sequences.select(axis: 3, 0)
        let quadratic = (plans.matmul(curvature) * plans).sum(axis: 2) * 0.5
        return -(quadratic + (plans * slope).sum(axis: 2) + constant)
    }

    /// The cost of one plan.
    func cost(of plan: Tensor) -> Double {
        var unused = Generator(seed: 0)
        return -scores(of: plan.reshaped([1, 1, horizon, 1]), using: &unused).item()
    }

    func problem(box: ActionBox) -> PlanningProblem {
        PlanningProblem(states: 1, horizon: horizon, box: box, scorer: self)
    }
}

/// A scorer given by a closure.
struct ClosureScorer: PlanScorer {
    let score: (Tensor) -> Tensor
    func scores(of sequences: Tensor, using generator: inout Generator) -> Tensor {
        score(sequences)
    }
}
