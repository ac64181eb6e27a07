/// Steps a second over the last half minute.
public struct RateMeter: Codable, Hashable, Sendable {
    private struct Sample: Codable, Hashable, Sendable {
        var time: Double
        var step: Int
    }

    /// Seconds over which the rate is taken.
    private static let span = 30.0
    /// Seconds between samples that are kept.
    private static let spacing = 0.5

    private var samples: [Sample] = []
    private var latest: Sample?

    /// A meter that has seen nothing.
    public init() {}

    /// Takes in how far a run is.
    ///
    /// - Parameters:
    ///   - step: steps done, also those of earlier attempts.
    ///   - time: seconds on any clock that only goes forward.
    public mutating func add(step: Int, at time: Double) {
        let sample = Sample(time: time, step: step)
        latest = sample
        if let last = samples.last, time - last.time < RateMeter.spacing { return }
        samples.append(sample)
        while samples.count > 2, time - samples[1].time >= RateMeter.span {
            samples.removeFirst()
        }
    }

    /// Steps a second; nil before there are two different times.
    public var rate: Double? {
        guard let first = samples.first, let latest, latest.time > first.time else { return nil }
        return Double(latest.step - first.step) / (latest.time - first.time)
    }

    /// Seconds to a number of steps at this rate; nil where there is no rate.
    public func timeLeft(to total: Int) -> Double? {
        guard let rate, rate > 0, let latest else { return nil }
        return Double(max(0, total - latest.step)) / rate
    }
}
