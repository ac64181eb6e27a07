import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The optimal policy of a linear-quadratic problem over an infinite horizon.
public struct StationaryLinearQuadraticSolution: Sendable {
    /// What was solved.
    public let problem: LinearQuadraticProblem
    /// What the policy maximizes.
    public let objective: LinearQuadraticObjective
    /// The policy.
    public let policy: LinearGaussianPolicy
    /// Q in units of reward.
    public let actionValue: QuadraticActionValue
    /// V in units of reward. Without discount its constant is 0: the value relative to the state
    /// where −½ sᵀ P s − pᵀ s is 0.
    public let value: QuadraticValue
    /// What a step adds to the constant: without discount the average of the objective a step.
    public let rewardRate: Double
    /// The largest magnitude of an eigenvalue of A − B K, below 1 / √discount.
    public let spectralRadius: Double
    /// The doublings it took.
    public let doublings: Int

    /// The temperature at which the entropy of the maximum-entropy policy with a flat prior, whose
    /// covariance is temperature · Quu⁻¹, is a given one:
    /// exp((2/m) (entropy − (m/2) log 2πe) + (1/m) log det Quu), m the number of actions.
    ///
    /// This is where automatic temperature adjustment ends without squashing or bounds of actions.
    /// Quu must be that of the hard objective or of a flat prior, where it knows no temperature.
    ///
    /// - Parameter entropy: in nats; the usual target of soft actor-critic is minus the number of
    ///   actions.
    public func temperature(forEntropy entropy: Double) -> Double {
        guard case .flat = objective.prior, let cholesky = try? Cholesky(actionValue.action) else {
            fail("StationaryLinearQuadraticSolution.temperature", "the prior is not flat")
        }
        let size = Double(problem.actionCount)
        return exp(
            2 / size * entropy - log(2 * Double.pi * M_E) + cholesky.logDeterminant / size)
    }
}
