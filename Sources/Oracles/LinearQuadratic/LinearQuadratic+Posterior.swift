import Foundation
import OptimistLinearAlgebra

extension LinearQuadratic {
    /// The cost as a function of the whole plan: ½ UᵀMU + bᵀU + constant.
    public struct PlanCost: Sendable, Equatable {
        /// M, `[plan, plan]`.
        public var curvature: Matrix
        /// b, `[plan]`.
        public var slope: [Double]
        /// The cost of doing nothing.
        public var constant: Double
    }

    /// A Gaussian posterior over plans.
    public struct PlanPosterior: Sendable, Equatable {
        /// The mean plan.
        public var mean: [Double]
        /// Its covariance, `[plan, plan]`.
        public var covariance: Matrix
        /// log Z = log E_prior[exp(−cost / temperature)], in nats.
        public var logEvidence: Double
    }

    /// The cost by stacking: every state as a linear function of the plan.
    public var planCost: PlanCost {
        let actions = input.columns
        var cost = PlanCost(
            curvature: Matrix(rows: planCount, columns: planCount),
            slope: Array(repeating: 0, count: planCount), constant: 0)
        var free = initial
        var response = Matrix(rows: dynamics.rows, columns: planCount)
        for t in 0..<horizon {
            let weighted = stateCost * response
            Matrix.multiply(transposed: response, weighted, into: &cost.curvature, adding: true)
            Matrix.multiply(transposed: weighted, free, into: &cost.slope, adding: true)
            cost.constant += stateCost.quadratic(free) / 2
            let corner = t * actions
            let here = cost.curvature.block(
                rows: corner..<corner + actions, columns: corner..<corner + actions)
            cost.curvature.setBlock(row: corner, column: corner, here + actionCost)
            free = dynamics * free
            response = dynamics * response
            response.setBlock(row: 0, column: corner, input)
        }
        return cost
    }

    /// The posterior ∝ N(plan; 0, variance) exp(−cost / temperature) over open-loop plans.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    public func posterior(
        temperature: Double, priorVariance: Double
    ) throws(LinearAlgebraError) -> PlanPosterior {
        let cost = planCost
        var precision = 1 / temperature * cost.curvature
        precision.addToDiagonal(1 / priorVariance)
        let cholesky = try Cholesky(precision)
        let slope = cost.slope.map { -$0 / temperature }
        let logVolume = Double(planCount) * log(priorVariance) + cholesky.logDeterminant
        return PlanPosterior(
            mean: cholesky.solution(slope), covariance: cholesky.inverse,
            logEvidence: -cost.constant / temperature + cholesky.inverseQuadratic(slope) / 2
                - logVolume / 2)
    }

    /// The free-energy bound E_q[−cost] / temperature − KL(q ‖ prior) of a Gaussian over plans, at
    /// most the log evidence and equal to it at the posterior; in nats.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` for a covariance that is not.
    public func bound(
        mean: [Double], covariance: Matrix, temperature: Double, priorVariance: Double
    ) throws(LinearAlgebraError) -> Double {
        let cost = planCost
        let expected =
            cost.curvature.quadratic(mean) / 2 + dot(cost.slope, mean) + cost.constant
            + (cost.curvature * covariance).trace / 2
        let logVolume =
            Double(planCount) * log(priorVariance) - (try Cholesky(covariance)).logDeterminant
        let divergence =
            ((covariance.trace + dot(mean, mean)) / priorVariance - Double(planCount)
                + logVolume) / 2
        return -expected / temperature - divergence
    }

    /// The means that path-integral control without the prior's ratio reaches from zero, pass by
    /// pass: each pass takes the last mean as the center of its prior.
    ///
    ///     (M / λ + Σ⁻¹) U_n = Σ⁻¹ U_{n−1} − b / λ
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    public func recenteredMeans(
        passes: Int, temperature: Double, variance: Double
    ) throws(LinearAlgebraError) -> [[Double]] {
        let cost = planCost
        var precision = 1 / temperature * cost.curvature
        precision.addToDiagonal(1 / variance)
        let cholesky = try Cholesky(precision)
        var (mean, means) = (Array(repeating: 0.0, count: planCount), [[Double]]())
        for _ in 0..<passes {
            for i in mean.indices { mean[i] = mean[i] / variance - cost.slope[i] / temperature }
            cholesky.solve(&mean)
            means.append(mean)
        }
        return means
    }
}
