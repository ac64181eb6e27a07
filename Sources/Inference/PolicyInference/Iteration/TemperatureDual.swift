import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The temperature at which a policy tilted by values stays within a divergence of its prior: the
/// expectation step of MPO (Abdolmaleki et al. 2018, arXiv 1806.06920, equation 8).
///
///     maximize E_q[Q]  subject to  KL(q ‖ π) ≤ ε,  mean over rows;   q ∝ π exp(Q / η)
///     η minimizes  g(η) = η ε + η · mean log Σ_a π(a) exp(Q(a) / η)
///
/// g is convex and its derivative is ε − KL(q_η ‖ π), which is solved for by bisection.
public struct TemperatureDual: Sendable {
    /// The values of one state, or of its sampled actions.
    public struct Row: Sendable, Equatable {
        /// Q, `[actions]`.
        public var values: [Double]
        /// log π of each, a law; −∞ rules an action out.
        public var logPrior: [Double]
        /// How much the row counts in the mean, at least 0.
        public var weight: Double

        /// A row; equal probabilities unless a prior is given, as for samples from it.
        public init(values: [Double], logPrior: [Double]? = nil, weight: Double = 1) {
            let prior =
                logPrior
                ?? Array(repeating: -log(Double(values.count)), count: values.count)
            if values.isEmpty || prior.count != values.count || !(weight >= 0) {
                fail(
                    "TemperatureDual.Row",
                    "\(values.count) values, \(prior.count) log-probabilities, weight \(weight)")
            }
            (self.values, self.logPrior, self.weight) = (values, prior, weight)
        }

        /// q ∝ π exp(values / temperature), `[actions]`; at 0 what π has of the largest value.
        public func weights(temperature: Double) -> [Double] {
            var result = logWeights(temperature)
            normalizeLogWeights(&result)
            return result
        }

        /// log π + (values − largest) / temperature: finite however cold.
        private func logWeights(_ temperature: Double) -> [Double] {
            let largest = self.largest
            return zip(values, logPrior).map { value, prior in
                if prior == -.infinity || value == largest { return prior }
                return temperature > 0 ? prior + (value - largest) / temperature : -.infinity
            }
        }

        fileprivate var largest: Double {
            zip(values, logPrior).reduce(-Double.infinity) {
                $1.1 == -.infinity ? $0 : max($0, $1.0)
            }
        }

        /// KL(q ‖ π), and η log Σ π exp(values / η).
        fileprivate func terms(_ temperature: Double) -> (divergence: Double, soft: Double) {
            let logs = logWeights(temperature)
            let total = logSumExp(logs)
            let divergence = zip(logs, logPrior).reduce(0) { sum, pair in
                let log = pair.0 - total
                return log == -.infinity ? sum : sum + exp(log) * (log - pair.1)
            }
            return (divergence, largest + temperature * total)
        }
    }

    /// Where the dual is least.
    public struct Solution: Sendable, Equatable {
        /// η, in the unit of the values; 0 where even the greedy policy is near enough.
        public let temperature: Double
        /// The mean of KL(q ‖ π) there, in nats: ε, or less at 0.
        public let divergence: Double
        /// g(η), the mean of E_q[Q] as long as the constraint holds with equality.
        public let value: Double
    }

    /// ε in nats.
    public let maximumDivergence: Double
    /// The rows.
    public let rows: [Row]
    private let totalWeight: Double

    /// A dual.
    ///
    /// - Parameters:
    ///   - maximumDivergence: ε, positive.
    ///   - rows: at least one of positive weight.
    public init(maximumDivergence: Double, rows: [Row]) {
        totalWeight = rows.reduce(0) { $0 + $1.weight }
        if !(maximumDivergence > 0) || !(totalWeight > 0) {
            fail(
                "TemperatureDual",
                "maximumDivergence \(maximumDivergence), \(rows.count) rows of weight \(totalWeight)"
            )
        }
        (self.maximumDivergence, self.rows) = (maximumDivergence, rows)
    }

    /// g(η).
    public func value(at temperature: Double) -> Double {
        temperature * maximumDivergence + mean { $0.terms(temperature).soft }
    }

    /// The mean of KL(q_η ‖ π) in nats: falls from that of the greedy policy to 0 as η grows.
    public func divergence(at temperature: Double) -> Double {
        mean { $0.terms(temperature).divergence }
    }

    private func mean(_ term: (Row) -> Double) -> Double {
        rows.reduce(0) { $1.weight > 0 ? $0 + $1.weight * term($1) : $0 } / totalWeight
    }

    /// The widest range of values in a row, among actions that the prior allows.
    public var spread: Double {
        rows.reduce(0.0) { most, row in
            let allowed = zip(row.values, row.logPrior).filter { $0.1 > -.infinity }.map(\.0)
            return max(most, (allowed.max() ?? 0) - (allowed.min() ?? 0))
        }
    }

    /// The least of g, to the last bits of η.
    public var solution: Solution {
        if divergence(at: 0) <= maximumDivergence { return solution(at: 0) }
        // KL(q_η ‖ π) is at most spread² / (8 η²) (Hoeffding), so above this ε is never reached.
        var high = log(spread / (8 * maximumDivergence).squareRoot())
        var low = high - 1
        while divergence(at: exp(low)) <= maximumDivergence { low -= 2 * (high - low) }
        while true {
            let middle = 0.5 * (low + high)
            if middle <= low || middle >= high { break }
            if divergence(at: exp(middle)) > maximumDivergence {
                low = middle
            } else {
                high = middle
            }
        }
        return solution(at: exp(high))
    }

    private func solution(at temperature: Double) -> Solution {
        Solution(
            temperature: temperature, divergence: divergence(at: temperature),
            value: value(at: temperature))
    }
}
