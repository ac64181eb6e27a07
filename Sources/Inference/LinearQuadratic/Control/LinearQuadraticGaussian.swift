import OptimistCore
import OptimistLinearAlgebra

/// A linear-quadratic problem whose state is seen only through noisy observations,
/// x_t = C s_t + v, v ~ N(0, D), the first state being uncertain.
///
/// The best policy acts on the mean of a Kalman filter's belief as the policy of the fully observed
/// problem does on the state (separation). That holds for the hard and the maximum-entropy
/// objective, not for the exact posterior.
public struct LinearQuadraticGaussian: Sendable {
    /// The fully observed problem.
    public let problem: LinearQuadraticProblem
    /// C, `[observation, state]`.
    public let emission: Matrix
    /// D, `[observation, observation]`, positive semidefinite.
    public let emissionNoise: Matrix
    /// The law of the first state, before anything was observed.
    public let initial: GaussianBelief

    /// A problem with its observations.
    public init(
        _ problem: LinearQuadraticProblem, emission: Matrix, emissionNoise: Matrix,
        initial: GaussianBelief
    ) {
        if emission.columns != problem.stateCount || initial.mean.count != problem.stateCount
            || emissionNoise.rows != emission.rows || emissionNoise.columns != emission.rows
        {
            fail("LinearQuadraticGaussian", "parts do not fit \(problem.stateCount) states")
        }
        self.problem = problem
        self.emission = emission
        self.emissionNoise = emissionNoise
        self.initial = initial
    }

    /// The Kalman filter of the state, told of the actions.
    public var filter: ExtendedKalmanFilter {
        let problem = problem
        let transition = SmoothFunction(
            value: { state, at in
                guard let action = at.action else {
                    fail("LinearQuadraticGaussian.filter", "no action at step \(at.step)")
                }
                return problem.next(state, action: action)
            }, jacobian: { _, _ in problem.dynamics })
        return ExtendedKalmanFilter(
            NonlinearGaussianModel(
                initial: initial, transition: transition, transitionNoise: problem.noise,
                emission: .linear(emission), emissionNoise: emissionNoise))
    }

    /// The controller of a finite horizon.
    ///
    /// - Parameters:
    ///   - steps: the number of actions.
    ///   - temperature: in units of reward; 0 for the deterministic policy.
    /// - Throws: `LinearQuadraticError`.
    public func controller(
        steps: Int, temperature: Double = 0
    ) throws(LinearQuadraticError) -> LinearQuadraticGaussianController {
        let solution = try problem.solve(
            steps: steps, objective: temperature == 0 ? .hard : .bound(temperature: temperature))
        return LinearQuadraticGaussianController(filter: filter, policies: solution.policies)
    }

    /// The expected discounted cost of the controller of a finite horizon:
    ///
    ///     −E[V_1(s_1)] + Σ γ^(t−1) (½ tr(K_tᵀ Quu_t K_t Σ_{t|t}) + temperature · actions / 2)
    ///
    /// with V the hard value, noise included: what full observation would cost, plus what acting on
    /// a belief costs, plus what randomness does.
    ///
    /// - Throws: `LinearQuadraticError`, or `FilteringError` of the covariance recursion.
    public func expectedCost(steps: Int, temperature: Double = 0) throws -> Double {
        let solution = try problem.solve(steps: steps)
        var cost = -solution.value(from: initial)
        var (prediction, weight) = (initial, 1.0)
        for step in 0..<steps {
            let filtered: GaussianBelief
            do {
                filtered = try prediction.conditioned(
                    onInnovation: Array(repeating: 0, count: emission.rows),
                    emission: emission, noise: emissionNoise
                ).posterior
            } catch {
                throw FilteringError.notPositiveDefinite(.innovation, step: step)
            }
            let gain = solution.policies[step].gain
            let quadratic = solution.actionValues[step].action
            let uncertain = (quadratic * gain.sandwich(filtered.covariance)).trace
            let random = temperature * Double(problem.actionCount)
            cost += weight * (uncertain + random) / 2
            weight *= problem.discount
            prediction = filtered.propagated(
                through: problem.dynamics, noise: problem.noise)
        }
        return cost
    }
}
