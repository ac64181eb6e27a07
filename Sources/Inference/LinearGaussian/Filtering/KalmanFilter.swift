import OptimistCore
import OptimistLinearAlgebra

/// The Kalman filter step by step, as observations come in: covariances with Joseph's update. For a
/// whole run at once `LinearGaussianModel.filter` is faster.
public struct KalmanFilter: BayesianFilter, Sendable {
    /// The model.
    public let model: LinearGaussianModel

    /// The filter of a model.
    public init(_ model: LinearGaussianModel) { self.model = model }

    /// The law of the first state before anything was observed.
    ///
    /// - Throws: `LinearGaussianError`, such as `.unsupported` for a flat law.
    public func initialBelief() throws -> GaussianMoments { try model.firstPrediction() }

    /// The law of the next state, N(E m + B a + b, E P Eᵀ + F).
    public func predict(
        _ belief: GaussianMoments, action: [Double]?, step: Int
    ) throws -> GaussianMoments {
        let matrix = model.transition[step]
        var mean = model.transitionShift(step, action)
        Matrix.multiply(matrix, belief.mean, into: &mean, adding: true)
        return GaussianMoments(
            mean: mean,
            covariance: matrix.sandwich(belief.covariance) + model.transitionNoise[step])
    }

    /// The law of the state given an observation, whose missing components are NaN.
    ///
    /// - Throws: `LinearGaussianError.notPositiveDefinite` for the innovation's covariance.
    public func update(
        _ belief: GaussianMoments, observation: [Double], action: [Double]?, step: Int
    ) throws -> (belief: GaussianMoments, logLikelihood: Double) {
        if observation.count != model.emissionCount {
            throw LinearGaussianError.shape(
                parameter: "the observation of step \(step)", found: "\(observation.count) numbers",
                expected: "\(model.emissionCount)")
        }
        let observed = observation.indices.filter { !observation[$0].isNaN }
        if observed.isEmpty { return (belief, 0) }
        let innovation = try Innovation(
            model: model, step: step, observed: observed, observation: observation,
            input: action, predicted: belief)
        return (innovation.filtered, innovation.logLikelihood)
    }
}
