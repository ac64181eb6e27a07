import Foundation

/// A mixture of normal laws of one number.
struct NormalMixture {
    let weights: [Double]
    let means: [Double]
    let variances: [Double]

    /// P(X ≤ x).
    func probability(upTo x: Double) -> Double {
        weights.indices.reduce(0) { sum, k in
            let distance = (means[k] - x) / (2 * variances[k]).squareRoot()
            return sum + weights[k] * erfc(distance) / 2
        }
    }

    /// The x with P(X ≤ x) = `probability`, by bisection to the last bit.
    func quantile(_ probability: Double) -> Double {
        let used = weights.indices.filter { weights[$0] > 0 }
        // A component's own quantile lies within ten deviations for all probabilities in use.
        var low = used.map { means[$0] - 10 * variances[$0].squareRoot() }.min() ?? .nan
        var high = used.map { means[$0] + 10 * variances[$0].squareRoot() }.max() ?? .nan
        while true {
            let middle = low + (high - low) / 2
            if !(low < middle && middle < high) { return middle }
            if self.probability(upTo: middle) < probability { low = middle } else { high = middle }
        }
    }
}
