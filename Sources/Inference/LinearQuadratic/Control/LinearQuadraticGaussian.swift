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
    /// The Kalman filter of the state, which is told of the actions.
    public let filter: KalmanFilter

    /// A problem with its observations.
    ///
    /// - Parameters:
    ///   - problem: the fully observed problem.
    ///   - emission: C, `[observation, state]`.
    ///   - emissionNoise: D, `[observation, observation]`, positive semidefinite.
    ///   - initial: the law of the first state, before anything was observed.
    /// - Throws: `LinearGaussianError` where shapes do not fit or a covariance is indefinite.
    public init(
        _ problem: LinearQuadraticProblem, emission: Matrix, emissionNoise: Matrix,
        initial: GaussianMoments
    ) throws {
        self.problem = problem
        filter = KalmanFilter(
            try LinearGaussianModel(
                initial: .predictive(initial), transition: problem.dynamics,
                transitionNoise: problem.noise, emission: emission,
                emissionNoise: emissionNoise, transitionInput: problem.input,
                transitionOffset: problem.drift))
    }

    /// The controller of a finite horizon.
    ///
    /// - Parameters:
    ///   - steps: the number of actions.
    ///   - temperature: in units of reward; 0 for the deterministic policy.
    /// - Throws: `LinearQuadraticError`.
    public func controller(
        steps: Int, temperature: Double = 0
    ) throws -> LinearQuadraticGaussianController {
        let solution = try problem.solve(
            steps: steps, objective: temperature == 0 ? .hard : .bound(temperature: temperature))
        return LinearQuadraticGaussianController(
            filter: filter, prediction: try filter.initialBelief(), policies: solution.policies)
    }

    /// The expected discounted cost of the controller of a finite horizon:
    ///
    ///     −E[V_1(s_1)] + Σ γ^(t−1) (½ tr(K_tᵀ Quu_t K_t Σ_{t|t}) + temperature · actions / 2)
    ///
    /// with V the hard value, noise included: what full observation would cost, plus what acting on
    /// a belief costs, plus what randomness does.
    ///
    /// - Throws: `LinearQuadraticError`, or `LinearGaussianError` of the covariance recursion.
    public func expectedCost(steps: Int, temperature: Double = 0) throws -> Double {
        let solution = try problem.solve(steps: steps)
        let blank = Array(repeating: 0.0, count: filter.model.emissionCount)
        let idle = Array(repeating: 0.0, count: problem.actionCount)
        var (prediction, weight) = (try filter.initialBelief(), 1.0)
        var cost = -solution.value(from: prediction)
        for step in 0..<steps {
            // Covariances do not depend on what is observed or done.
            let filtered = try filter.update(
                prediction, observation: blank, action: idle, step: step
            ).belief
            let gain = solution.policies[step].gain
            let quadratic = solution.actionValues[step].action
            let uncertain = (quadratic * gain.sandwich(filtered.covariance)).trace
            let random = temperature * Double(problem.actionCount)
            cost += weight * (uncertain + random) / 2
            weight *= problem.discount
            prediction = try filter.predict(filtered, action: idle, step: step)
        }
        return cost
    }
}
