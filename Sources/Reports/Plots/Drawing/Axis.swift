import Foundation

/// How values are spread along an axis.
public enum AxisScale: String, Codable, Sendable {
    /// Equal differences are equally far apart.
    case linear
    /// Equal ratios are equally far apart; values that are not positive are left out.
    case logarithmic
}

/// A range of values laid over a range of pixels.
struct Axis {
    let range: ClosedRange<Double>
    let scale: AxisScale
    let format: AxisFormat
    /// The pixels of the range's two ends.
    var pixels: (Double, Double) = (0, 1)

    /// An axis over some values, or over a range given by hand.
    ///
    /// - Parameter margin: room at both ends, as a share of the range.
    init(
        over values: some Sequence<Double>, given: ClosedRange<Double>?, scale: AxisScale,
        format: AxisFormat, margin: Double
    ) {
        self.scale = scale
        self.format = format
        let log = scale == .logarithmic
        if let given, !log || given.lowerBound > 0, given.upperBound > given.lowerBound {
            range = given
            return
        }
        let usable = values.filter { $0.isFinite && (!log || $0 > 0) }
        let low = usable.min() ?? (log ? 1 : 0)
        let high = usable.max() ?? (log ? 10 : 1)
        if log {
            let spread = high > low ? pow(high / low, margin) : 2
            range = (low / spread)...(high * spread)
        } else {
            let spread = high > low ? (high - low) * margin : max(abs(high) * 0.1, 0.5)
            range = (low - spread)...(high + spread)
        }
    }

    /// Marks within the range.
    func ticks(_ count: Int) -> Ticks {
        scale == .linear
            ? .linear(range, count: count, format: format)
            : .logarithmic(range, count: count, format: format)
    }

    /// The pixel of a value; nil where the scale has none.
    func pixel(_ value: Double) -> Double? {
        let share: Double
        switch scale {
        case .linear:
            share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        case .logarithmic:
            if value <= 0 { return nil }
            share = log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
        }
        guard share.isFinite else { return nil }
        // Far outside the picture all places look alike, and short numbers keep files small.
        return pixels.0 + min(max(share, -20), 20) * (pixels.1 - pixels.0)
    }
}
