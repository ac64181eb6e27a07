import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension LinearQuadraticProblem {
    /// The posterior over states by a Kalman smoother whose observations are all zero.
    ///
    /// A step's cost ½ sᵀ Q s / temperature is, up to a constant, −log N(0; Q^½ s, temperature).
    /// Actions are noise of covariance B Σ Bᵀ beside W, Σ the prior's covariance shrunk by the
    /// action cost (Toussaint 2009; Watson, Abdulsamad and Peters 2019).
    ///
    /// Another way to what `posterior(from:)` of a solution with objective `.evidence` gives.
    ///
    /// - Parameters:
    ///   - steps: the number of actions.
    ///   - temperature: in units of reward.
    ///   - prior: the covariance of the prior N(0, ·) over actions.
    ///   - start: the law of the first state; certain or not.
    /// - Returns: log p(O) in nats and the laws p(s_t | O), `[step]`.
    /// - Throws: `LinearQuadraticError.notCentered` where there are cross or linear terms,
    ///   `.notPositiveSemidefinite` for a cost that is not, `.priorNotPositiveDefinite`,
    ///   `.discounted`, `.notFinite` where the filter breaks down.
    public func kalmanPosterior(
        steps: Int, temperature: Double, prior: Matrix, from start: GaussianMoments
    ) throws(LinearQuadraticError) -> (logEvidence: Double, states: [GaussianMoments]) {
        if discount != 1 { throw .discounted(discount) }
        let final = finalCost ?? cost.ofState
        if cost.cross.largestMagnitude != 0 || final.slope.contains(where: { $0 != 0 })
            || (cost.stateSlope + cost.actionSlope).contains(where: { $0 != 0 })
        {
            throw .notCentered
        }
        guard let priorFactor = try? Cholesky(prior),
            let precision = try? Cholesky(
                priorFactor.inverse + 1 / temperature * cost.action)
        else { throw .priorNotPositiveDefinite }
        guard let root = try? cost.state.semidefiniteRoot(),
            let finalRoot = try? final.curvature.semidefiniteRoot()
        else { throw .notPositiveSemidefinite("a state cost") }
        let (emission, finalEmission) = (root.transposed, finalRoot.transposed)
        guard
            let model = try? LinearGaussianModel(
                initial: .predictive(start), transition: .fixed(dynamics),
                transitionNoise: .fixed(noise + input.sandwich(precision.inverse)),
                emission: .function { $0 < steps ? emission : finalEmission },
                emissionNoise: .fixed(temperature * .identity(stateCount)),
                transitionOffset: .fixed(drift)),
            let result = try? model.smooth(
                LinearGaussianSequence(
                    observations: Matrix(rows: steps + 1, columns: stateCount)))
        else { throw .notFinite }
        let size = Double((steps + 1) * stateCount)
        let shrinking = precision.logDeterminant + priorFactor.logDeterminant
        let constants = Double(steps) * cost.constant + final.constant
        return (
            result.filter.logLikelihood + size / 2 * log(2 * Double.pi * temperature)
                - Double(steps) / 2 * shrinking - constants / temperature,
            Array(result.smoothed)
        )
    }
}
