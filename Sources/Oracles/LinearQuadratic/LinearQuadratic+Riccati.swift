import Foundation
import OptimistLinearAlgebra

extension LinearQuadratic {
    /// A linear-Gaussian policy a ~ N(−K_t s, V_t) with the value matrices ½ sᵀ P_t s it earns.
    public struct Control: Sendable, Equatable {
        /// K_t, `[step]` of `[action, state]`.
        public var gains: [Matrix]
        /// P_t, `[step + 1]` of `[state, state]`; the last one is zero.
        public var values: [Matrix]
        /// R + Bᵀ P_{t+1} B, `[step]` of `[action, action]`: the curvature in the action.
        public var curvatures: [Matrix]
    }

    /// The optimal control, by the Riccati recursion backward in time.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where a curvature is not.
    public func control() throws(LinearAlgebraError) -> Control {
        let size = dynamics.rows
        var value = Matrix(rows: size, columns: size)
        var backward = Control(gains: [], values: [value], curvatures: [])
        for _ in 0..<horizon {
            let valueInput = value * input
            let curvature = (actionCost + Matrix.transposed(input, times: valueInput)).symmetrized
            let cross = Matrix.transposed(valueInput, times: dynamics)
            let gain = try Cholesky(curvature).solution(cross)
            value =
                stateCost + Matrix.transposed(dynamics, times: value * dynamics)
                - Matrix.transposed(cross, times: gain)
            value.symmetrize()
            backward.gains.append(gain)
            backward.values.append(value)
            backward.curvatures.append(curvature)
        }
        return Control(
            gains: backward.gains.reversed(), values: backward.values.reversed(),
            curvatures: backward.curvatures.reversed())
    }

    /// The optimal plan and its cost ½ s₀ᵀ P₀ s₀.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    public func optimum() throws(LinearAlgebraError) -> (plan: [Double], cost: Double) {
        let control = try control()
        return (plan(of: control), control.values[0].quadratic(initial) / 2)
    }

    /// The actions −K_t s_t along the way from the first state.
    func plan(of control: Control) -> [Double] {
        var (state, plan) = (initial, [Double]())
        for gain in control.gains {
            let action = (gain * state).map { -$0 }
            plan += action
            state = next(state, action: action)
        }
        return plan
    }

    /// The problem whose optimal control is the posterior's policy under a prior N(0, variance) on
    /// every action: R_eff = R + temperature / variance.
    ///
    /// - Parameters:
    ///   - temperature: λ of the posterior ∝ prior · exp(−cost / λ), in units of cost.
    ///   - variance: the prior's variance of every action.
    public func regularized(temperature: Double, priorVariance variance: Double) -> LinearQuadratic
    {
        var result = self
        result.actionCost.addToDiagonal(temperature / variance)
        return result
    }

    /// The log evidence by backward recursion: log Z = −½ s₀ᵀ P₀ s₀ / λ − ½ Σ log det(Σ V⁻¹), with
    /// V = λ (R_eff + Bᵀ P B)⁻¹ the posterior policy's covariance; in nats.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    public func logEvidenceByRecursion(
        temperature: Double, priorVariance: Double
    ) throws(LinearAlgebraError) -> Double {
        let regularized = regularized(temperature: temperature, priorVariance: priorVariance)
        let control = try regularized.control()
        var result = -control.values[0].quadratic(initial) / 2 / temperature
        for curvature in control.curvatures {
            let ratio = priorVariance / temperature * curvature
            result -= try Cholesky(ratio).logDeterminant / 2
        }
        return result
    }
}
