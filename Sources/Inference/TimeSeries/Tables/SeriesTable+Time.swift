import OptimistCore

extension SeriesTable {
    /// The labels as points in time, where all are finite numbers and grow; else nil.
    public var times: [Double]? {
        let numbers = labels.map { Double($0) ?? .nan }
        let grows = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
        return grows && numbers.allSatisfy(\.isFinite) ? numbers : nil
    }

    /// The times' distance where it is the same between all neighbors, to a millionth of it.
    public var spacing: Double? {
        guard let times, times.count > 1 else { return nil }
        let spacing = (times[times.count - 1] - times[0]) / Double(times.count - 1)
        let isEven = zip(times, times.dropFirst()).allSatisfy {
            abs($1 - $0 - spacing) <= 1e-6 * spacing
        }
        return isEven ? spacing : nil
    }

    /// Labels of the steps after the last row: they go on with evenly spaced numbers, else count
    /// from the last row as `+1`, `+2`, …
    public func labels(after count: Int) -> [String] {
        guard let spacing, let last = times?.last else { return (0..<count).map { "+\($0 + 1)" } }
        return (0..<count).map { JSONValue.text(last + spacing * Double($0 + 1)) }
    }
}
