import OptimistCore
import OptimistLinearAlgebra

/// Covariances and gains of one arrival, which depend on nothing that happens.
struct LinearGaussianArrival: Sendable {
    /// How a prediction is corrected by an observation.
    struct Correction: Sendable {
        /// P, before the observation.
        let prior: Matrix
        /// C P Cᵀ + D, of the observation.
        let spread: Matrix
        /// What an innovation adds to the mean.
        let gain: Matrix
        /// P, after the observation.
        let posterior: Matrix

        /// A state that is known for certain is not corrected, whatever is seen.
        ///
        /// - Throws: `LinearGaussianError.notPositiveDefinite` of the observation's covariance.
        init(_ prior: Matrix, emission: Matrix, noise: Matrix, step: Int) throws {
            let crossed = emission * prior
            spread = (crossed.timesTransposed(emission) + noise).symmetrized
            self.prior = prior
            if crossed.largestMagnitude == 0 {
                (gain, posterior) = (Matrix(rows: prior.rows, columns: noise.rows), prior)
                return
            }
            let spread = spread
            let factor = try locating(step: step, "the covariance of the innovation") {
                try Cholesky(spread)
            }
            gain = factor.solution(crossed).transposed
            let kept = Matrix.identity(prior.rows) - gain * emission
            let rest = (kept.sandwich(prior) + gain.sandwich(noise)).symmetrized
            // What was seen exactly is known, but for rounding.
            let isKnown = rest.largestMagnitude <= 1e-13 * prior.largestMagnitude
            posterior = isKnown ? Matrix(rows: rest.rows, columns: rest.rows) : rest
        }
    }

    /// The environment's belief of its own state.
    let environment: Correction
    /// The agent's filter.
    let agent: Correction
    /// log |C P Cᵀ + D| − log |D| over 2, of the agent's model, in nats.
    let mutualInformation: Double

    /// All arrivals of a run.
    ///
    /// - Throws: `LinearGaussianError`.
    static func all(
        _ count: Int, environment: LinearGaussianModel, agent: LinearGaussianModel,
        memory: LinearGaussianGenerativeProblem.Memory
    ) throws -> [LinearGaussianArrival] {
        var (outer, inner) = (
            try environment.firstPrediction().covariance, try agent.firstPrediction().covariance
        )
        var arrivals: [LinearGaussianArrival] = []
        for step in 0..<count {
            let truth = try Correction(
                outer, emission: environment.emission[step],
                noise: environment.emissionNoise[step], step: step)
            let filter = try Correction(
                inner, emission: agent.emission[step], noise: agent.emissionNoise[step],
                step: step)
            let (spread, noise) = try locating(step: step, "the emission noise of the agent") {
                (try Cholesky(filter.spread), try Cholesky(agent.emissionNoise[step]))
            }
            arrivals.append(
                LinearGaussianArrival(
                    environment: truth, agent: filter,
                    mutualInformation: (spread.logDeterminant - noise.logDeterminant) / 2))
            outer =
                environment.transition[step].sandwich(truth.posterior)
                + environment.transitionNoise[step]
            // A state that was sampled is known.
            inner = agent.transitionNoise[step]
            if memory == .belief { inner += agent.transition[step].sandwich(filter.posterior) }
        }
        return arrivals
    }
}
