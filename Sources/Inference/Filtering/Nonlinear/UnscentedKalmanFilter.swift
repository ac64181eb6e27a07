import OptimistCore
import OptimistLinearAlgebra

/// The unscented Kalman filter: moments of the model's functions by sigma points instead of
/// derivatives (Julier and Uhlmann 1997; Wan and van der Merwe 2000).
///
/// Points are drawn again from the predicted law, noise included, before an update, so that on a
/// linear model the filter is the Kalman filter for any points.
public struct UnscentedKalmanFilter: GaussianFilter, Sendable {
    /// The model; Jacobians are not used.
    public let model: NonlinearGaussianModel
    /// The points that stand for a belief.
    public let points: SigmaPoints

    /// A filter of a model, with cubature points unless others are given.
    public init(_ model: NonlinearGaussianModel, points: SigmaPoints = .cubature) {
        self.model = model
        self.points = points
    }

    /// The law of the first state before anything was observed.
    public func initialBelief() -> GaussianMoments { model.initial }

    /// The moments of the next state by sigma points, and Cov(s_t, s_{t+1}).
    ///
    /// - Throws: `FilteringError`.
    public func jointPrediction(
        _ belief: GaussianMoments, at context: StepContext<[Double]>
    ) throws -> (next: GaussianMoments, crossCovariance: Matrix) {
        let moments = try moments(belief, step: context.step) {
            model.transition.value($0, context)
        }
        let next = GaussianMoments(
            mean: moments.mean, covariance: moments.covariance + model.transitionNoise(context))
        if !next.isFinite { throw FilteringError.notFinite(step: context.step + 1) }
        return (next, moments.cross)
    }

    /// The posterior and log N(x; predicted mean, predicted covariance + D). Elements that are NaN
    /// are left out, from the normalizing constant too.
    ///
    /// - Throws: `FilteringError`.
    public func update(
        _ belief: GaussianMoments, observation: [Double], action: [Double]?, step: Int
    ) throws -> (belief: GaussianMoments, logLikelihood: Double) {
        let context = StepContext(step: step, action: action, interval: 0)
        let fullNoise = model.emissionNoise(context)
        let observed = try ObservedPart(observation, expected: fullNoise.rows, step: step)
        if observed.indices.isEmpty { return (belief, 0) }
        let moments = try moments(belief, step: step) {
            observed.of(model.emission.value($0, context))
        }
        let innovationCovariance = moments.covariance + observed.block(of: fullNoise)
        guard let cholesky = try? Cholesky(innovationCovariance) else {
            throw FilteringError.notPositiveDefinite(.innovation, step: step)
        }
        let innovation = subtract(observed.values, moments.mean)
        let gain = cholesky.solution(moments.cross.transposed).transposed
        var posterior = belief
        Matrix.multiply(gain, innovation, into: &posterior.mean, adding: true)
        posterior.covariance -= gain.sandwich(innovationCovariance)
        if !posterior.isFinite { throw FilteringError.notFinite(step: step) }
        return (posterior, cholesky.logGaussianDensity(innovation))
    }

    private func moments(
        _ belief: GaussianMoments, step: Int, _ function: ([Double]) -> [Double]
    ) throws(FilteringError) -> SigmaMoments {
        do {
            return try SigmaMoments(of: belief, points: points, function)
        } catch {
            throw .notPositiveDefinite(.belief, step: step)
        }
    }
}
