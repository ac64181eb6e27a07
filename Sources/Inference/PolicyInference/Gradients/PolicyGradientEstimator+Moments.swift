import Foundation
import OptimistCore

extension PolicyGradientEstimator {
    /// The mean and the variance of an estimator over all trajectories.
    public struct Moments: Equatable, Sendable {
        /// E[g], `[steps][pairs]`.
        public let mean: [[Double]]
        /// Var[g] of each element, `[steps][pairs]`, for one trajectory.
        public let variance: [[Double]]
        /// E[g] for logits shared by all steps, `[pairs]`.
        public let sharedMean: [Double]
        /// Var[g] for logits shared by all steps, `[pairs]`, for one trajectory.
        public let sharedVariance: [Double]
    }

    /// Mean and variance under a policy and the true dynamics, by enumeration.
    ///
    /// - Parameters:
    ///   - policy: π_t(a | s), `[steps][pairs]`.
    ///   - model: a small model: there are up to (states · actions)^steps trajectories.
    public func moments(policy: [[Double]], in model: TabularModel) -> Moments {
        var sums = Sums(count: policy.count * model.pairs.count)
        var shared = Sums(count: model.pairs.count)
        Enumeration.trajectories(of: model, horizon: policy.count) { path in
            let weight = exp(path.logDynamics + path.logProbability(of: policy))
            if weight == 0 { return }
            let estimate = self.estimate(path, policy: policy, in: model)
            sums.add(Array(estimate.joined()), weight)
            var total = Array(repeating: 0.0, count: model.pairs.count)
            for row in estimate {
                for pair in row.indices { total[pair] += row[pair] }
            }
            shared.add(total, weight)
        }
        func rows(_ flat: [Double]) -> [[Double]] {
            policy.indices.map { step in
                Array(flat[step * model.pairs.count..<(step + 1) * model.pairs.count])
            }
        }
        return Moments(
            mean: rows(sums.first), variance: rows(sums.variance), sharedMean: shared.first,
            sharedVariance: shared.variance)
    }

    private struct Sums {
        var first: [Double]
        var second: [Double]

        init(count: Int) {
            first = Array(repeating: 0, count: count)
            second = first
        }

        mutating func add(_ values: [Double], _ weight: Double) {
            for index in values.indices {
                first[index] += weight * values[index]
                second[index] += weight * values[index] * values[index]
            }
        }

        var variance: [Double] { zip(first, second).map { max($1 - $0 * $0, 0) } }
    }
}
