import OptimistCore
import OrderedCollections

/// Watches losses and gradient norms for growth that will end in values that are not finite.
///
/// Of each named stream it keeps the logarithms of magnitudes as running medians over windows of
/// 1, 4, 16, … values. A stream grows when, at one of these time scales, each of the last four
/// medians is above the one before, none of these rises makes up most of the growth (a step is no
/// divergence), and the newest is at least 10⁴ times what was usual before and above 10⁴ itself.
/// Exponential growth of up to a factor of 10³ a value is told before it reaches 10³⁰; noise around
/// a level, steps to another level and losses that merely leave zero are not told.
public struct DivergenceAlarm: Codable, Hashable, Sendable {
    /// What the alarm says.
    public struct Warning: Codable, Hashable, Sendable, CustomStringConvertible {
        /// The stream that grows.
        public var name: String
        /// Its magnitude now (a median).
        public var magnitude: Double
        /// The factor by which it grows with each value.
        public var growth: Double
        /// In how many values it will exceed what a 32-bit float holds, at this growth.
        public var valuesLeft: Int

        /// The warning as a sentence.
        public var description: String {
            "\(name) grows without end: now about \(NumberText.short(magnitude, digits: 2)), by a "
                + "factor of \(NumberText.short(growth, digits: 4)) with each value; not finite in "
                + "about \(valuesLeft) more; lower the learning rate or clip gradients"
        }
    }

    private var streams: OrderedDictionary<String, LogMagnitudes> = [:]

    /// An alarm that has seen nothing.
    public init() {}

    /// Takes in the next value of a stream; values that are not finite, and zero, are passed over:
    /// stopping for the former is somebody else's.
    ///
    /// - Returns: a warning where growth is found. The stream's history then starts anew, so that
    ///   growth that goes on is told again, but not with each value.
    public mutating func observe(_ name: String, _ value: Double) -> Warning? {
        guard value.isFinite, value != 0 else { return nil }
        streams[name, default: LogMagnitudes()].add(abs(value))
        guard let growth = streams[name]?.growth else { return nil }
        streams[name] = LogMagnitudes()
        return Warning(name: name, growth)
    }
}

extension DivergenceAlarm.Warning {
    fileprivate init(name: String, _ growth: LogMagnitudes.Growth) {
        self.name = name
        magnitude = Double.power(of10: growth.decades)
        self.growth = Double.power(of10: growth.perValue)
        let room = LogMagnitudes.largest - growth.decades
        valuesLeft = max(0, Int((room / growth.perValue).rounded(.up)))
    }
}
