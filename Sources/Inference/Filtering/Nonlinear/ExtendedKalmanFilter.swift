import OptimistCore
import OptimistLinearAlgebra

/// The extended Kalman filter: the Kalman filter of the model linearized where the belief is
/// (Jazwinski, "Stochastic Processes and Filtering Theory", 1970). On a linear model it is the
/// Kalman filter.
///
/// With more than one iteration the update is the iterated one: Gauss-Newton on the log posterior
/// of the state (Bell and Cathey 1993),
///
///     m_{i+1} = m + K_i (x − h(m_i) − H_i (m − m_i))
///
/// always with the prediction (m, P) as the prior, so that the observation is counted once. The
/// covariance and the likelihood come from the last linearization.
public struct ExtendedKalmanFilter: GaussianFilter, Sendable {
    /// The model, both of whose functions have Jacobians.
    public let model: NonlinearGaussianModel
    /// How often an update linearizes the emission; 1 is the plain filter.
    public let iterations: Int

    /// A filter of a model whose functions have Jacobians.
    public init(_ model: NonlinearGaussianModel, iterations: Int = 1) {
        if iterations < 1 { fail("ExtendedKalmanFilter", "\(iterations) iterations") }
        if model.transition.jacobian == nil || model.emission.jacobian == nil {
            fail(
                "ExtendedKalmanFilter",
                "a function of the model has no Jacobian; write it on dual numbers")
        }
        self.model = model
        self.iterations = iterations
    }

    /// The law of the first state before anything was observed.
    public func initialBelief() -> GaussianMoments { model.initial }

    /// The prediction by the transition linearized at the mean, and Cov(s_t, s_{t+1}) = P Jᵀ.
    ///
    /// - Throws: `FilteringError.notFinite`.
    public func jointPrediction(
        _ belief: GaussianMoments, at context: StepContext<[Double]>
    ) throws -> (next: GaussianMoments, crossCovariance: Matrix) {
        let slope = model.transition.jacobian!(belief.mean, context)
        let next = GaussianMoments(
            mean: model.transition.value(belief.mean, context),
            covariance: slope.sandwich(belief.covariance) + model.transitionNoise(context))
        if !next.isFinite { throw FilteringError.notFinite(step: context.step + 1) }
        return (next, belief.covariance.timesTransposed(slope))
    }

    /// The posterior and log N(x; h(m), H P Hᵀ + D). Elements that are NaN are left out, from the
    /// normalizing constant too.
    ///
    /// - Throws: `FilteringError`.
    public func update(
        _ belief: GaussianMoments, observation: [Double], action: [Double]?, step: Int
    ) throws -> (belief: GaussianMoments, logLikelihood: Double) {
        let context = StepContext(step: step, action: action, interval: 0)
        let fullNoise = model.emissionNoise(context)
        let observed = try ObservedPart(observation, expected: fullNoise.rows, step: step)
        if observed.indices.isEmpty { return (belief, 0) }
        let noise = observed.block(of: fullNoise)
        var (posterior, logLikelihood) = (belief, 0.0)
        for _ in 0..<iterations {
            let point = posterior.mean
            let slope = observed.rows(of: model.emission.jacobian!(point, context))
            var innovation = subtract(
                observed.values, observed.of(model.emission.value(point, context)))
            add(slope * subtract(belief.mean, point), times: -1, to: &innovation)
            do {
                (posterior, logLikelihood) = try belief.conditioned(
                    onInnovation: innovation, emission: slope, noise: noise)
            } catch {
                throw FilteringError.notPositiveDefinite(.innovation, step: step)
            }
        }
        if !posterior.isFinite { throw FilteringError.notFinite(step: step) }
        return (posterior, logLikelihood)
    }
}
