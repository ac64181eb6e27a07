import Foundation
import OptimistInference
import OptimistLinearAlgebra

/// The Kalman filter and smoother as in the textbooks, by inverses and without care: an oracle that
/// shares no code with the filters under test. All parameters are per step, taken at the source.
struct TextbookKalman {
    var initial: GaussianBelief
    var transition: (Int) -> Matrix
    var offset: (Int) -> [Double]
    var transitionNoise: (Int) -> Matrix
    var emission: Matrix
    var emissionNoise: Matrix

    struct Result {
        var predictions: [GaussianBelief] = []
        var beliefs: [GaussianBelief] = []
        var logLikelihoods: [Double] = []
        var smoothed: [GaussianBelief] = []
        var crosses: [Matrix] = []
    }

    func run(_ observations: [[Double]?]) throws -> Result {
        var result = Result()
        var belief = initial
        for (step, observation) in observations.enumerated() {
            result.predictions.append(belief)
            var logLikelihood = 0.0
            if let observation {
                let s = emission.sandwich(belief.covariance) + emissionNoise
                let inverse = try LU(s).inverse()
                let gain = belief.covariance.timesTransposed(emission) * inverse
                let innovation = subtract(observation, emission * belief.mean)
                logLikelihood =
                    -(Double(observation.count) * log(2 * Double.pi)
                    + log(try LU(s).determinant) + inverse.quadratic(innovation)) / 2
                belief = GaussianBelief(
                    mean: zip(belief.mean, gain * innovation).map { $0 + $1 },
                    covariance: belief.covariance - gain * s.timesTransposed(gain))
            }
            result.beliefs.append(belief)
            result.logLikelihoods.append(logLikelihood)
            let e = transition(step)
            belief = GaussianBelief(
                mean: zip(e * belief.mean, offset(step)).map { $0 + $1 },
                covariance: e.sandwich(belief.covariance) + transitionNoise(step))
        }
        try smooth(&result)
        return result
    }

    private func smooth(_ result: inout Result) throws {
        var belief = result.beliefs[result.beliefs.count - 1]
        (result.smoothed, result.crosses) = ([belief], [])
        for step in (0..<result.beliefs.count - 1).reversed() {
            let (filtered, prediction) = (result.beliefs[step], result.predictions[step + 1])
            let gain =
                filtered.covariance.timesTransposed(transition(step))
                * (try LU(prediction.covariance).inverse())
            result.crosses.insert(gain * belief.covariance, at: 0)
            belief = GaussianBelief(
                mean: zip(filtered.mean, gain * subtract(belief.mean, prediction.mean))
                    .map { $0 + $1 },
                covariance: filtered.covariance
                    + gain.sandwich(belief.covariance - prediction.covariance))
            result.smoothed.insert(belief, at: 0)
        }
    }
}

/// The largest distance of elements over their size, for comparisons to a relative tolerance.
func relativeDistance(_ left: [GaussianBelief], _ right: [GaussianBelief]) -> Double {
    if left.count != right.count { return .infinity }
    var largest = 0.0
    for (a, b) in zip(left, right) {
        for (x, y) in zip(a.mean + a.covariance.elements, b.mean + b.covariance.elements) {
            largest = max(largest, abs(x - y) / max(1, abs(y)))
        }
    }
    return largest
}
