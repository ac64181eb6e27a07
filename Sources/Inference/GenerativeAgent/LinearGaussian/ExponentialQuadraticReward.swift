import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A reward that is 1 at a goal and fades with the distance to it:
///
///     r(s) = exp(−½ (s − goal)ᵀ M (s − goal))
///
/// Bounded, so that log p(O | r) = rewardScale · (r − 1) is that of a probability; its mean under a
/// Gaussian is a closed form (Deisenroth and Rasmussen 2011, "PILCO").
public struct ExponentialQuadraticReward: Sendable, Equatable {
    /// Where the reward is 1, `[state]`.
    public var goal: [Double]
    /// M, `[state, state]`, positive semidefinite.
    public var precision: Matrix

    /// A reward around a goal.
    public init(goal: [Double], precision: Matrix) {
        if precision.rows != goal.count || precision.columns != goal.count {
            fail(
                "ExponentialQuadraticReward",
                "a goal of \(goal.count) and a precision of \(precision.rows)")
        }
        self.goal = goal
        self.precision = precision
    }

    /// The reward of a state.
    public func callAsFunction(_ state: [Double]) -> Double {
        exp(-precision.quadratic(subtract(state, goal)) / 2)
    }

    /// E[r(s)] = |1 + Σ M|^(−½) exp(−½ dᵀ M (1 + Σ M)⁻¹ d), d the distance of the mean to the goal.
    public func expectation(under law: GaussianMoments) -> Double {
        var system = law.covariance * precision
        system.addToDiagonal(1)
        let distance = subtract(law.mean, goal)
        // All eigenvalues of 1 + Σ M are at least 1.
        guard let factor = try? LU(system), let pulled = try? factor.solution(distance) else {
            fail("ExponentialQuadraticReward.expectation", "covariance or precision is no number")
        }
        let exponent = -precision.bilinear(distance, pulled) / 2
        return exp(exponent - factor.logDeterminant.logMagnitude / 2)
    }
}
