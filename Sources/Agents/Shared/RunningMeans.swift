import OptimistCore

/// Means of named numbers over the updates that a record tells of.
struct RunningMeans: Codable, Equatable {
    /// Updates so far.
    private(set) var count = 0
    private var sums: [Sum] = []

    private struct Sum: Codable, Equatable {
        let name: String
        var value = 0.0
    }

    /// Adds the numbers of an update, which are the same ones every time.
    mutating func add(_ numbers: KeyValuePairs<String, Double>) {
        count += 1
        for (name, number) in numbers { sums[index(of: name)].value += number }
    }

    private mutating func index(of name: String) -> Int {
        if let index = sums.firstIndex(where: { $0.name == name }) { return index }
        sums.append(Sum(name: name))
        return sums.count - 1
    }

    /// The means, in the order in which they were first added.
    var metrics: [Metric] { sums.map { Metric($0.name, $0.value / Double(count)) } }

    /// The mean of one of the numbers.
    subscript(name: String) -> Metric {
        guard let mean = metrics.first(where: { $0.name == name }) else {
            fail("RunningMeans", "no \(name) among \(sums.map(\.name))")
        }
        return mean
    }

    /// How many updates there were, as records tell it.
    var updates: Metric { Metric("updates", Double(count)) }
}
