import Foundation
import OptimistCore

/// Numbers as people read them in tables and progress lines.
public enum NumberText {
    /// A number with a few significant digits: `0.123`, `-152`, `1.23e-05`; whole numbers up to
    /// six digits as they are.
    public static func short(_ value: Double, digits: Int = 4) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value > 0 ? "inf" : "-inf" }
        if let whole = Int(exactly: value), abs(whole) < 1_000_000 { return String(whole) }
        let text = String(format: "%.\(max(1, digits))g", value)
        guard text.contains("."), !text.contains("e") else { return text }
        var trimmed = text
        while trimmed.hasSuffix("0") { trimmed.removeLast() }
        if trimmed.hasSuffix(".") { trimmed.removeLast() }
        return trimmed
    }

    /// A number with a fixed number of decimals, for columns that line up.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value > 0 ? "inf" : "-inf" }
        return String(format: "%.\(max(0, decimals))f", value)
    }

    /// An estimate and its interval: `0.78 [0.66, 0.89]`.
    public static func interval(_ interval: Interval, decimals: Int) -> String {
        let numbers = [interval.estimate, interval.low, interval.high].map {
            fixed($0, decimals: decimals)
        }
        return "\(numbers[0]) [\(numbers[1]), \(numbers[2])]"
    }

    /// Decimals that show about three digits of the spread of some values.
    public static func decimals(for values: [Double]) -> Int {
        let usable = values.filter(\.isFinite)
        let spread = (usable.max() ?? 1) - (usable.min() ?? 0)
        let size = spread > 0 ? spread : max(abs(usable.first ?? 1), 1e-9)
        return min(max(2 - Int(log10(size).rounded(.down)), 0), 8)
    }

    /// A count of steps: `950`, `12.5k`, `1M`.
    public static func count(_ value: Double) -> String { AxisFormat.count(value) }

    /// A time: `42 s`, `3 min 05 s`, `2 h 10 min`, `3 d 04 h`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3_600: return "\(whole / 60) min \(two(whole % 60)) s"
        case ..<86_400: return "\(whole / 3_600) h \(two(whole % 3_600 / 60)) min"
        default: return "\(whole / 86_400) d \(two(whole % 86_400 / 3_600)) h"
        }
    }
}
