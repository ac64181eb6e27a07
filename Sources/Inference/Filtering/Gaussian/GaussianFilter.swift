import OptimistCore
import OptimistLinearAlgebra

/// A filter whose beliefs are Gaussian and whose predictions know how two steps vary together,
/// which is all that a Rauch-Tung-Striebel smoother needs.
public protocol GaussianFilter: IrregularBayesianFilter
where Belief == GaussianMoments, Action == [Double] {
    /// The law of the next state and Cov(s_t, s_{t+1}), `[state, state]`.
    ///
    /// - Throws: `FilteringError`.
    func jointPrediction(
        _ belief: GaussianMoments, at context: StepContext<[Double]>
    ) throws -> (next: GaussianMoments, crossCovariance: Matrix)
}

extension GaussianFilter {
    /// The belief about the next step.
    public func predict(
        _ belief: GaussianMoments, action: [Double]?, step: Int, interval: Double
    ) throws -> GaussianMoments {
        try jointPrediction(
            belief, at: StepContext(step: step, action: action, interval: interval)
        ).next
    }
}
