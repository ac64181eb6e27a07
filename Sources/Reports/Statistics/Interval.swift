/// An estimate with a confidence interval.
public struct Interval: Codable, Hashable, Sendable {
    /// The point estimate, from the scores themselves.
    public var estimate: Double
    /// The interval's lower end.
    public var low: Double
    /// The interval's upper end.
    public var high: Double

    /// An interval with its parts given.
    public init(estimate: Double, low: Double, high: Double) {
        self.estimate = estimate
        self.low = low
        self.high = high
    }

    /// The percentile interval of resampled values, which are sorted in place.
    init(estimate: Double, resampled: inout [Double], confidence: Double) {
        resampled.sort()
        let tail = (1 - confidence) / 2
        self.init(
            estimate: estimate, low: quantile(ofSorted: resampled, at: tail),
            high: quantile(ofSorted: resampled, at: 1 - tail))
    }
}
