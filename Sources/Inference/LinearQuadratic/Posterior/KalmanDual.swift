import OptimistLinearAlgebra

/// The linear-Gaussian filtering problem that is dual to a control problem (Kalman 1960; Todorov,
/// "General Duality between Optimal Control and Estimation", 2008).
///
/// Its predicted covariance, started from the final cost's curvature over the temperature, is after
/// k steps P of a horizon of k actions over the temperature: filtering forward in time is control
/// backward in time.
public struct KalmanDual: Sendable, Equatable {
    /// The covariance of the first state, Q_f / temperature.
    public let initialCovariance: Matrix
    /// E = Aᵀ.
    public let transition: Matrix
    /// F = Q / temperature.
    public let transitionNoise: Matrix
    /// C = Bᵀ.
    public let emission: Matrix
    /// D = R / temperature.
    public let emissionNoise: Matrix
}

extension LinearQuadraticProblem {
    /// The dual filtering problem. Cross terms are taken out first, the discount's root goes into A
    /// and B; linear terms have no part in it.
    ///
    /// - Parameter temperature: in units of reward.
    /// - Throws: `LinearQuadraticError.actionCostNotPositiveDefinite`.
    public func kalmanDual(temperature: Double) throws(LinearQuadraticError) -> KalmanDual {
        guard let cholesky = try? Cholesky(cost.action) else {
            throw .actionCostNotPositiveDefinite
        }
        let shift = cholesky.solution(cost.cross.transposed)
        let (root, scale) = (discount.squareRoot(), 1 / temperature)
        return KalmanDual(
            initialCovariance: scale * (finalCost ?? cost.ofState).curvature,
            transition: root * (dynamics - input * shift).transposed,
            transitionNoise: scale * (cost.state - cost.cross * shift).symmetrized,
            emission: root * input.transposed, emissionNoise: scale * cost.action)
    }
}
