import OptimistInference
import OptimistLinearAlgebra

/// What the Kalman filter and smoother of a linear model believe: the oracle of the approximate
/// filters, which share none of its code.
struct KalmanOracle {
    var initial: GaussianMoments
    var transition: @Sendable (Int) -> Matrix
    var offset: @Sendable (Int) -> [Double]
    var transitionNoise: @Sendable (Int) -> Matrix
    var emission: Matrix
    var emissionNoise: Matrix

    struct Result {
        var predictions: [GaussianMoments]
        var beliefs: [GaussianMoments]
        var logLikelihoods: [Double]
        var smoothed: [GaussianMoments]
        var crosses: [Matrix]
    }

    func run(_ observations: [[Double]?]) throws -> Result {
        let model = try LinearGaussianModel(
            initial: .predictive(initial), transition: .function(transition),
            transitionNoise: .function(transitionNoise), emission: .fixed(emission),
            emissionNoise: .fixed(emissionNoise), transitionOffset: .function(offset))
        let result = try model.smooth(
            LinearGaussianSequence(
                observations: Matrix(rows: observations.count, columns: emission.rows) {
                    observations[$0]?[$1] ?? .nan
                }))
        return Result(
            predictions: Array(result.filter.predicted), beliefs: Array(result.filter.filtered),
            logLikelihoods: result.filter.logLikelihoods, smoothed: Array(result.smoothed),
            crosses: result.lagOneCovariances)
    }
}

/// The largest distance of elements over their size, for comparisons to a relative tolerance.
func relativeDistance(_ left: [GaussianMoments], _ right: [GaussianMoments]) -> Double {
    if left.count != right.count { return .infinity }
    var largest = 0.0
    for (a, b) in zip(left, right) {
        for (x, y) in zip(a.mean + a.covariance.elements, b.mean + b.covariance.elements) {
            largest = max(largest, abs(x - y) / max(1, abs(y)))
        }
    }
    return largest
}
