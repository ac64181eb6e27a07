import Foundation

/// The recent history of a stream at several time scales: medians of log₁₀ magnitudes over windows
/// of 1, 4, 16, … values, each scale made of medians of the one below.
struct LogMagnitudes: Codable, Hashable, Sendable {
    /// Growth at one time scale.
    struct Growth {
        /// The newest median, in powers of ten.
        var decades: Double
        /// The rise with each value, in powers of ten.
        var perValue: Double
    }

    /// log₁₀ of the largest 32-bit float.
    static let largest = 38.53

    private static let group = 4
    private static let scales = 8
    /// Medians kept at each scale.
    private static let kept = 16
    /// Rises in a row that make growth.
    private static let rises = 4
    /// The least history before them.
    private static let before = 3
    /// The least growth over what was usual, in powers of ten, and the least magnitude.
    private static let least = 4.0

    private struct Scale: Codable, Hashable, Sendable {
        var pending: [Double] = []
        var medians: [Double] = []
    }

    private var scaled: [Scale] = []

    /// Takes in a magnitude above zero.
    mutating func add(_ magnitude: Double) {
        var value = log10(magnitude)
        for index in 0..<LogMagnitudes.scales {
            if index == scaled.count { scaled.append(Scale()) }
            scaled[index].medians.append(value)
            if scaled[index].medians.count > LogMagnitudes.kept {
                scaled[index].medians.removeFirst()
            }
            scaled[index].pending.append(value)
            if scaled[index].pending.count < LogMagnitudes.group { return }
            let sorted = scaled[index].pending.sorted()
            value = (sorted[1] + sorted[2]) / 2
            scaled[index].pending.removeAll(keepingCapacity: true)
        }
    }

    /// The growth at the shortest time scale that shows any.
    var growth: Growth? {
        var values = 1.0
        for scale in scaled {
            if let growth = LogMagnitudes.growth(in: scale.medians, each: values) { return growth }
            values *= Double(LogMagnitudes.group)
        }
        return nil
    }

    private static func growth(in medians: [Double], each values: Double) -> Growth? {
        guard medians.count > rises + before, let newest = medians.last else { return nil }
        let base = medians[medians.count - 1 - rises]
        let risen = newest - base
        var (least, most) = (Double.infinity, 0.0)
        for index in (medians.count - rises)..<medians.count {
            least = min(least, medians[index] - medians[index - 1])
            most = max(most, medians[index] - medians[index - 1])
        }
        if least <= 0 { return nil }
        // A single step, smeared by noise or by a window that straddles it, is no growth.
        if most > 0.6 * risen || least < 0.05 * risen { return nil }
        let usual = quantile(ofSorted: medians.dropLast(rises).sorted(), at: 0.5)
        let grown = newest - max(usual, 0)
        // After a step the usual value is an old one, but then the last rises are small.
        if grown < LogMagnitudes.least || risen < 0.35 * grown { return nil }
        return Growth(decades: newest, perValue: risen / Double(rises) / values)
    }
}

extension Double {
    /// Ten to a power.
    static func power(of10 exponent: Double) -> Double { pow(10, exponent) }
}
