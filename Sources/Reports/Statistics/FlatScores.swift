import OptimistCore

/// Scores of all tasks in one buffer, so that a resample costs no allocation.
struct FlatScores {
    /// Scores, task after task.
    var values: [Double]
    /// Where each task's scores lie in `values`.
    let ranges: [Range<Int>]

    init(_ table: ScoreTable) {
        values = table.scores.flatMap { $0 }
        var start = 0
        ranges = table.scores.map { runs in
            defer { start += runs.count }
            return start..<(start + runs.count)
        }
    }

    /// Draws each task's runs with replacement from those of `source`, which has the same shape.
    mutating func resample(from source: FlatScores, using generator: inout Generator) {
        for range in ranges {
            for index in range {
                let drawn = generator.integer(below: range.count)
                values[index] = source.values[range.lowerBound + drawn]
            }
        }
    }
}

/// The quantile of sorted values, linear between order statistics (definition 7 of Hyndman and
/// Fan, 1996, which NumPy uses too).
func quantile(ofSorted values: [Double], at probability: Double) -> Double {
    let position = probability * Double(values.count - 1)
    let below = Int(position.rounded(.down))
    let above = min(below + 1, values.count - 1)
    return values[below] + (position - Double(below)) * (values[above] - values[below])
}
