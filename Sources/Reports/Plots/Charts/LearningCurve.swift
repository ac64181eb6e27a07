import OptimistCore

/// The runs of one algorithm over training, summed up into a line with a band.
public struct LearningCurve: Sendable {
    /// One run's values by environment step.
    public struct Run: Sendable {
        /// Environment steps, ascending, each once.
        public let steps: [Double]
        /// The value at each step.
        public let values: [Double]

        /// A run from points in any order. Values at the same step are averaged; those that are
        /// not finite are left out.
        public init(_ points: [(step: Double, value: Double)]) {
            var (steps, values, counts): ([Double], [Double], [Double]) = ([], [], [])
            let usable = points.filter { $0.step.isFinite && $0.value.isFinite }
            for point in usable.sorted(by: { ($0.step, $0.value) < ($1.step, $1.value) }) {
                if steps.last == point.step {
                    values[values.count - 1] += point.value
                    counts[counts.count - 1] += 1
                } else {
                    steps.append(point.step)
                    values.append(point.value)
                    counts.append(1)
                }
            }
            self.steps = steps
            self.values = zip(values, counts).map { $0 / $1 }
        }

        /// The value at a step within the run, linear between points.
        func value(at step: Double) -> Double {
            var (low, high) = (0, steps.count - 1)
            while high - low > 1 {
                let middle = (low + high) / 2
                if steps[middle] <= step { low = middle } else { high = middle }
            }
            if steps[high] <= step { return values[high] }
            if steps[low] >= step { return values[low] }
            let share = (step - steps[low]) / (steps[high] - steps[low])
            return values[low] + share * (values[high] - values[low])
        }
    }

    /// How runs are summed up at a step.
    public enum Center: String, Codable, CaseIterable, Sendable {
        /// The mean over runs.
        case mean
        /// The mean of the middle half of the runs.
        case interquartileMean

        func value(ofSorted values: [Double]) -> Double {
            switch self {
            case .mean: values.reduce(0, +) / Double(values.count)
            case .interquartileMean: trimmedMean(ofSorted: values)
            }
        }
    }

    /// The algorithm's name, for the legend.
    public var name: String
    /// Its runs.
    public var runs: [Run]

    /// The runs of an algorithm.
    public init(_ name: String, runs: [Run]) {
        self.name = name
        self.runs = runs
    }

    /// The steps that all runs cover: their own where these are the same, else evenly spaced ones.
    ///
    /// - Throws: `StatisticsError.noCommonSteps`.
    func grid(points: Int) throws -> [Double] {
        guard let first = runs.first, !runs.contains(where: \.steps.isEmpty) else {
            throw StatisticsError.noCommonSteps(curve: name)
        }
        if runs.allSatisfy({ $0.steps == first.steps }), first.steps.count <= max(points, 2) {
            return first.steps
        }
        let low = runs.map { $0.steps[0] }.max() ?? 0
        let high = runs.map { $0.steps[$0.steps.count - 1] }.min() ?? 0
        if low > high { throw StatisticsError.noCommonSteps(curve: name) }
        if low == high { return [low] }
        let count = max(points, 2)
        return (0..<count).map { low + (high - low) * Double($0) / Double(count - 1) }
    }
}
