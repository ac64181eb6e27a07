import Foundation
import OptimistCore

/// The Kolmogorov-Smirnov test: how far an empirical distribution is from a law, or from another
/// sample.
public struct KolmogorovSmirnov: Sendable, Equatable {
    /// The largest distance between the two distribution functions.
    public let distance: Double
    /// The number of samples; for two samples n·m / (n + m).
    public let effectiveCount: Double

    /// One sample against a continuous distribution function.
    public init(_ samples: [Double], against distributionFunction: (Double) -> Double) {
        if samples.isEmpty { fail("KolmogorovSmirnov", "there are no samples") }
        let count = Double(samples.count)
        var distance = 0.0
        for (index, value) in samples.sorted().enumerated() {
            let probability = distributionFunction(value)
            let below = probability - Double(index) / count
            let above = Double(index + 1) / count - probability
            distance = max(distance, below, above)
        }
        self.distance = distance
        effectiveCount = count
    }

    /// One sample against another.
    public init(_ first: [Double], against second: [Double]) {
        if first.isEmpty || second.isEmpty { fail("KolmogorovSmirnov", "there are no samples") }
        let (left, right) = (first.sorted(), second.sorted())
        let (leftCount, rightCount) = (Double(left.count), Double(right.count))
        var (i, j, distance) = (0, 0, 0.0)
        while i < left.count, j < right.count {
            let value = min(left[i], right[j])
            while i < left.count, left[i] == value { i += 1 }
            while j < right.count, right[j] == value { j += 1 }
            distance = max(distance, abs(Double(i) / leftCount - Double(j) / rightCount))
        }
        self.distance = distance
        effectiveCount = leftCount * rightCount / (leftCount + rightCount)
    }

    /// The probability of a distance at least as large if the laws are the same: Kolmogorov's
    /// series with the finite-sample correction of Stephens (1970).
    public var pValue: Double {
        let root = effectiveCount.squareRoot()
        let scaled = (root + 0.12 + 0.11 / root) * distance
        if scaled < 0.2 { return 1 }
        var (sum, sign) = (0.0, 1.0)
        for k in 1...100 {
            let term = exp(-2 * Double(k * k) * scaled * scaled)
            sum += sign * term
            if term < 1e-16 { break }
            sign = -sign
        }
        return min(max(2 * sum, 0), 1)
    }
}

/// The distribution function of the standard normal law.
public func standardNormalDistributionFunction(_ value: Double) -> Double {
    erfc(-value / 2.0.squareRoot()) / 2
}
