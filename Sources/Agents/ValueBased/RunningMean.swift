/// The mean of numbers that come one by one.
struct RunningMean: Codable, Equatable {
    /// How many came.
    private(set) var count = 0
    private var sum = 0.0

    /// Their mean, 0 of none.
    var mean: Double { count == 0 ? 0 : sum / Double(count) }

    mutating func add(_ value: Double) {
        count += 1
        sum += value
    }
}
