import OptimistCore
import OptimistLinearAlgebra

/// What a smoother believes along a sequence, given all of its observations.
public struct GaussianSmoothing: Equatable, Sendable {
    /// p(s_t | x_1…x_T), `[step]`.
    public let beliefs: [GaussianMoments]
    /// Cov(s_t, s_{t+1} | x_1…x_T), centered, `[step]`, one fewer than there are steps.
    public let crossCovariances: [Matrix]
}

extension GaussianFilter {
    /// The Rauch-Tung-Striebel smoother: one pass back over what the filter believed.
    ///
    ///     G = Cov(s_t, s_{t+1}) P⁻¹,   m ← m + G (m′ − m⁻),   P ← P + G (P′ − P⁻) Gᵀ
    ///
    /// with m⁻, P⁻ the prediction of step t + 1 and m′, P′ its smoothed moments (Särkkä, "Bayesian
    /// Filtering and Smoothing", 2013, sections 9 and 10). The cross-covariance comes from the same
    /// linearization or sigma points as the prediction. Exact for linear models.
    ///
    /// - Parameters:
    ///   - result: what `run` gave.
    ///   - actions: the actions that `run` was given.
    ///   - intervals: the intervals that `run` was given; 1 for each where it had none.
    /// - Throws: `FilteringError.notPositiveDefinite` where a prediction is indefinite.
    public func smooth(
        _ result: FilterResult<GaussianMoments>, actions: [[Double]]? = nil,
        intervals: [Double]? = nil
    ) throws -> GaussianSmoothing {
        guard var belief = result.beliefs.last else {
            return GaussianSmoothing(beliefs: [], crossCovariances: [])
        }
        var (beliefs, crosses) = ([belief], [Matrix]())
        for step in (0..<result.beliefs.count - 1).reversed() {
            let context = StepContext(
                step: step, action: actions?[step], interval: intervals?[step] ?? 1)
            let filtered = result.beliefs[step]
            let prediction = result.predictions[step + 1]
            let cross = try jointPrediction(filtered, at: context).crossCovariance
            guard let gain = smootherGain(cross, prediction.covariance) else {
                throw FilteringError.notPositiveDefinite(.prediction, step: step + 1)
            }
            crosses.append(gain * belief.covariance)
            var mean = filtered.mean
            Matrix.multiply(
                gain, subtract(belief.mean, prediction.mean), into: &mean, adding: true)
            let change = gain.sandwich(belief.covariance - prediction.covariance)
            belief = GaussianMoments(mean: mean, covariance: filtered.covariance + change)
            beliefs.append(belief)
        }
        return GaussianSmoothing(
            beliefs: beliefs.reversed(), crossCovariances: crosses.reversed())
    }
}

/// cross · prediction⁻¹, nil where the prediction is indefinite. A singular prediction is solved
/// with jitter on its diagonal, at most 10⁻⁸ of its mean variance: what it multiplies is zero in
/// the directions that the jitter touches.
func smootherGain(_ cross: Matrix, _ prediction: Matrix) -> Matrix? {
    let scale = prediction.trace / Double(max(prediction.rows, 1))
    if scale == 0 { return Matrix(rows: cross.rows, columns: cross.columns) }
    let solved = try? Cholesky.withJitter(
        prediction, from: 1e-14 * scale, upTo: 1.01e-8 * scale)
    return solved?.cholesky.solution(cross.transposed).transposed
}
