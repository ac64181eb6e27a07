import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension LinearGaussianChain {
    /// The variational bound on log p(x_1…x_T) of a law over trajectories, in nats:
    ///
    ///     L = E_q[Σ log p(x_t | s_t)] − KL(q(s_1) ‖ p(s_1))
    ///         − Σ_{t ≥ 2} E_q[KL(q(s_t | s_{t−1}) ‖ p(s_t | s_{t−1}))]
    public struct VariationalBound: Sendable, Equatable {
        /// E_q[Σ log p(x_t | s_t)].
        public let expectedLogLikelihood: Double
        /// The sum of the divergences, what it costs q to leave the prior over states.
        public let stateConsistency: Double

        /// L.
        public var total: Double { expectedLogLikelihood - stateConsistency }
    }

    /// The bound of a law over trajectories, in closed form.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where a covariance of the chain or of the
    ///   law is not.
    public func bound(of law: MarkovianPosterior) throws(LinearAlgebraError) -> VariationalBound {
        if law.transitions.count != transitions.count {
            fail(
                "LinearGaussianChain.bound",
                "a law over \(law.transitions.count + 1) of \(emissions.count) steps")
        }
        let marginals = law.marginals
        var likelihood = 0.0
        for (emission, marginal) in zip(emissions, marginals) {
            guard let emission else { continue }
            let cholesky = try Cholesky(emission.noise)
            let predicted = marginal.propagated(
                through: emission.matrix, offset: emission.offset, noise: emission.noise)
            let spread = predicted.covariance - emission.noise
            likelihood +=
                cholesky.logGaussianDensity(subtract(emission.observation, predicted.mean))
                - cholesky.solution(spread).trace / 2
        }
        let zero = Matrix(rows: initial.mean.count, columns: initial.mean.count)
        var consistency = try divergence(
            law.initial.covariance, from: initial.covariance,
            offset: .init(
                mean: subtract(law.initial.mean, initial.mean), covariance: zero))
        for (step, (proposed, known)) in zip(law.transitions, transitions).enumerated() {
            // How far the means lie apart, as a law over s_t.
            let offset = marginals[step].propagated(
                through: proposed.matrix - known.matrix,
                offset: subtract(proposed.offset, known.offset), noise: zero)
            consistency += try divergence(proposed.noise, from: known.noise, offset: offset)
        }
        return VariationalBound(
            expectedLogLikelihood: likelihood, stateConsistency: consistency)
    }

    /// The law of independent steps with the largest bound: the exact smoothed means, and
    /// covariances Λ_tt⁻¹, smaller than the smoothed ones wherever neighbors are correlated.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    public func bestMeanField() throws(LinearAlgebraError) -> MarkovianPosterior {
        let posterior = try posterior()
        var marginals = posterior.marginals
        for step in marginals.indices {
            marginals[step].covariance = try Cholesky(posterior.precisions[step]).inverse
        }
        return MarkovianPosterior(meanField: marginals)
    }

    /// By how many nats the best mean-field law's bound stays below the log evidence:
    /// ½ (Σ log det Λ_tt − log det Λ).
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    public func meanFieldGap() throws(LinearAlgebraError) -> Double {
        let posterior = try posterior()
        var blocks = 0.0
        for precision in posterior.precisions { blocks += try Cholesky(precision).logDeterminant }
        return (blocks - posterior.logDeterminant) / 2
    }

    /// E[KL(N(μ + offset, covariance) ‖ N(μ, prior))] over the law of the offset.
    private func divergence(
        _ covariance: Matrix, from prior: Matrix, offset: GaussianMoments
    ) throws(LinearAlgebraError) -> Double {
        let cholesky = try Cholesky(prior)
        let trace = cholesky.solution(covariance + offset.covariance).trace
        return
            (trace + cholesky.inverseQuadratic(offset.mean) - Double(covariance.rows)
            + cholesky.logDeterminant - (try Cholesky(covariance)).logDeterminant) / 2
    }
}
