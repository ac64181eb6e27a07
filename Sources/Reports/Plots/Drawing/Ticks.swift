import Foundation

/// Where an axis is marked, and with what words.
struct Ticks: Equatable {
    /// Values, ascending.
    var values: [Double]
    /// The words beside them.
    var labels: [String]

    /// Marks at round values of a range with a linear scale: steps of 1, 2, 2.5 or 5 times a power
    /// of ten, as nearly as many as asked for as such steps allow.
    static func linear(
        _ range: ClosedRange<Double>, count: Int, format: AxisFormat = .number
    ) -> Ticks {
        let rough = log10((range.upperBound - range.lowerBound) / Double(max(1, count)))
        let powers = Int(rough.rounded(.down)) - 1...Int(rough.rounded(.down)) + 1
        let steps = powers.flatMap { power in [1, 2, 2.5, 5].map { $0 * pow(10, Double(power)) } }
        let choices = steps.map { ($0, multiples(of: $0, in: range)) }
        // Of two equally good steps the smaller comes first.
        let best = choices.min { abs($0.1.count - count) < abs($1.1.count - count) }
        guard let (step, places) = best else { return Ticks(values: [], labels: []) }
        let values = places.map { Double($0) * step }
        return Ticks(values: values, labels: values.map { format.label($0, step: step) })
    }

    private static func multiples(of step: Double, in range: ClosedRange<Double>) -> Range<Int> {
        let first = Int((range.lowerBound / step - 1e-9).rounded(.up))
        let last = Int((range.upperBound / step + 1e-9).rounded(.down))
        return first..<max(first, last + 1)
    }

    /// Marks at powers of ten, with 2 and 5 between them where there is room.
    static func logarithmic(
        _ range: ClosedRange<Double>, count: Int, format: AxisFormat = .number
    ) -> Ticks {
        let low = Int((log10(range.lowerBound) - 1e-9).rounded(.up))
        let high = Int((log10(range.upperBound) + 1e-9).rounded(.down))
        let decades = high - low + 1
        if decades < 3 { return fine(range, count: count, format: format) }
        let stride = Int((Double(decades) / Double(max(1, count))).rounded(.up))
        let powers = Swift.stride(from: low, through: high, by: stride)
        let plain = low >= -3 && high <= 4
        return Ticks(
            values: powers.map { pow(10, Double($0)) },
            labels: powers.map { power in
                switch format {
                case .steps where power >= 0 && power < 12:
                    format.label(pow(10, Double(power)), step: 1)
                case _ where plain:
                    AxisFormat.number.label(
                        pow(10, Double(power)), step: pow(10, Double(min(0, power))))
                default: "10" + AxisFormat.superscript(power)
                }
            })
    }

    private static func fine(
        _ range: ClosedRange<Double>, count: Int, format: AxisFormat
    ) -> Ticks {
        let first = Int(log10(range.lowerBound).rounded(.down))
        let last = Int(log10(range.upperBound).rounded(.up))
        var ticks = Ticks(values: [], labels: [])
        for power in first...last {
            for digit in [1.0, 2, 5] {
                let value = digit * pow(10, Double(power))
                guard range.contains(value) else { continue }
                ticks.values.append(value)
                ticks.labels.append(format.label(value, step: pow(10, Double(power))))
            }
        }
        return ticks.values.count < 2 ? linear(range, count: count, format: format) : ticks
    }
}

/// How an axis writes its numbers.
public enum AxisFormat: String, Codable, Sendable {
    /// Decimals as the step between marks needs them.
    case number
    /// Counts of steps: 500, 250k, 1M, 2.5G.
    case steps

    /// The words for a value on an axis with the given distance between marks.
    func label(_ value: Double, step: Double) -> String {
        switch self {
        case .steps: return AxisFormat.count(value)
        case .number: break
        }
        if abs(value) < step * 1e-6 { return "0" }
        let magnitude = max(abs(value), step)
        if magnitude >= 1e6 || step < 1e-4 {
            let power = Int(log10(abs(value) * (1 + 1e-12)).rounded(.down))
            let digit = value / pow(10, Double(power))
            let digits = AxisFormat.trimmed(digit, decimals: 2)
            return (digits == "1" ? "" : "\(digits)×") + "10" + AxisFormat.superscript(power)
        }
        var decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
        let scaled = step * pow(10, Double(decimals))
        if abs(scaled - scaled.rounded()) > 1e-6 { decimals += 1 }
        return AxisFormat.minus(String(format: "%.\(decimals)f", value))
    }

    /// A count with k, M or G.
    static func count(_ value: Double) -> String {
        let units = [(1e9, "G"), (1e6, "M"), (1e3, "k")]
        for (size, unit) in units where abs(value) >= size * (1 - 1e-9) {
            return trimmed(value / size, decimals: 2) + unit
        }
        return trimmed(value, decimals: 2)
    }

    private static func trimmed(_ value: Double, decimals: Int) -> String {
        var text = String(format: "%.\(decimals)f", value)
        while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") { text.removeLast() }
        return minus(text)
    }

    private static func minus(_ text: String) -> String {
        text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    /// A whole number as an exponent.
    static func superscript(_ number: Int) -> String {
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return (number < 0 ? "⁻" : "") + String(String(abs(number)).map { digits[Int("\($0)")!] })
    }
}
