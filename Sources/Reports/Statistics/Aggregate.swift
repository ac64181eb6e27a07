import OptimistCore

/// A way of summing up scores over runs and tasks (Agarwal et al. 2021, section 4.3).
public enum Aggregate: Codable, Hashable, Sendable {
    /// The mean of the tasks' means.
    case mean
    /// The median of the tasks' means.
    case median
    /// The mean of the middle half of all runs' scores, those of all tasks taken together.
    case interquartileMean
    /// How far scores fall short of a threshold on average; scores above it count as the threshold.
    case optimalityGap(threshold: Double)

    /// The aggregate of a table, in the unit of the score.
    public func value(of table: ScoreTable) -> Double {
        var scores = FlatScores(table)
        return value(of: &scores)
    }

    /// The aggregate; the order of `scores` is not kept.
    func value(of scores: inout FlatScores) -> Double {
        switch self {
        case .mean:
            let means = taskMeans(scores)
            return means.reduce(0, +) / Double(means.count)
        case .median:
            return quantile(ofSorted: taskMeans(scores).sorted(), at: 0.5)
        case .interquartileMean:
            scores.values.sort()
            return trimmedMean(ofSorted: scores.values)
        case .optimalityGap(let threshold):
            let clipped = scores.values.reduce(0) { $0 + min($1, threshold) }
            return threshold - clipped / Double(scores.values.count)
        }
    }

    private func taskMeans(_ scores: FlatScores) -> [Double] {
        scores.ranges.map { range in
            var sum = 0.0
            for index in range { sum += scores.values[index] }
            return sum / Double(range.count)
        }
    }
}

/// The mean of sorted values without the lowest and highest quarter (each rounded down).
func trimmedMean(ofSorted values: [Double]) -> Double {
    let cut = values.count / 4
    var sum = 0.0
    for index in cut..<(values.count - cut) { sum += values[index] }
    return sum / Double(values.count - 2 * cut)
}

extension Aggregate: CustomStringConvertible {
    /// The aggregate's name in tables and figures.
    public var description: String {
        switch self {
        case .mean: "mean"
        case .median: "median"
        case .interquartileMean: "interquartile mean"
        case .optimalityGap(let threshold): "optimality gap to \(JSONValue.text(threshold))"
        }
    }

    /// The aggregate's key in JSON.
    public var key: String {
        switch self {
        case .mean: "mean"
        case .median: "median"
        case .interquartileMean: "interquartileMean"
        case .optimalityGap: "optimalityGap"
        }
    }
}
