import OptimistCore

/// Mean and variance of a stream of numbers in constant memory (Welford 1962), and of two streams
/// together (Chan, Golub and LeVeque 1979).
public struct RunningMoments: Codable, Hashable, Sendable {
    /// The number of values seen.
    public private(set) var count = 0
    /// Their mean; 0 before the first.
    public private(set) var mean = 0.0
    /// The sum of squared differences from the mean.
    public private(set) var squares = 0.0

    /// Moments of nothing yet.
    public init() {}

    /// Takes in a value.
    @inlinable
    public mutating func add(_ value: Double) {
        let difference = value - mean
        let moved = mean + difference / Double(count + 1)
        replace(
            count: count + 1, mean: moved, squares: squares + difference * (value - moved))
    }

    /// Takes in all that another stream saw.
    public mutating func merge(_ other: RunningMoments) {
        if other.count == 0 { return }
        let whole = Double(count + other.count)
        let difference = other.mean - mean
        let share = Double(other.count) / whole
        replace(
            count: count + other.count, mean: mean + difference * share,
            squares: squares + other.squares + difference * difference * Double(count) * share)
    }

    @usableFromInline
    mutating func replace(count: Int, mean: Double, squares: Double) {
        self.count = count
        self.mean = mean
        self.squares = squares
    }

    /// The sample variance (over n − 1); nil with fewer than two values.
    public var variance: Double? { count > 1 ? squares / Double(count - 1) : nil }

    /// The sample standard deviation; nil with fewer than two values.
    public var standardDeviation: Double? { variance?.squareRoot() }

    /// The mean with its standard error; nil before the first value.
    public var estimate: Estimate? {
        guard count > 0 else { return nil }
        let error = variance.map { ($0 / Double(count)).squareRoot() }
        return Estimate(mean: mean, standardError: error, count: count)
    }
}
