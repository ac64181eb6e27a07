import OptimistCore
import OptimistLinearAlgebra

/// A value function V(s) = −½ sᵀ P s − pᵀ s + constant, in units of reward.
public struct QuadraticValue: Sendable, Equatable {
    /// P, `[state, state]`, symmetric.
    public var curvature: Matrix
    /// p, `[state]`.
    public var slope: [Double]
    /// The value of the zero state.
    public var constant: Double

    /// The value of a state.
    public func callAsFunction(_ state: [Double]) -> Double {
        constant - curvature.quadratic(state) / 2 - dot(slope, state)
    }

    /// The expected value of a state drawn from a Gaussian.
    public func expectation(_ belief: GaussianMoments) -> Double {
        self(belief.mean) - (curvature * belief.covariance).trace / 2
    }
}

/// A state-action value function, in units of reward:
///
///     Q(s, a) = −½ (sᵀ H_ss s + aᵀ H_aa a + 2 aᵀ H_as s) − h_sᵀ s − h_aᵀ a + constant
public struct QuadraticActionValue: Sendable, Equatable {
    /// H_ss, `[state, state]`, symmetric.
    public var state: Matrix
    /// H_aa, `[action, action]`, symmetric; Quu in the literature.
    public var action: Matrix
    /// H_as, `[action, state]`; Qus in the literature.
    public var cross: Matrix
    /// h_s, `[state]`.
    public var stateSlope: [Double]
    /// h_a, `[action]`.
    public var actionSlope: [Double]
    /// The value of the zero action in the zero state.
    public var constant: Double

    /// The value of an action in a state.
    public func callAsFunction(_ s: [Double], _ a: [Double]) -> Double {
        constant - (state.quadratic(s) + action.quadratic(a)) / 2 - cross.bilinear(a, s)
            - dot(stateSlope, s) - dot(actionSlope, a)
    }
}
