import OptimistCore

/// The stratified bootstrap: runs are drawn with replacement within each task, and the interval
/// runs between percentiles of the statistic over the resamples (Efron 1979; Agarwal et al. 2021,
/// section 4.1).
public struct StratifiedBootstrap: Codable, Hashable, Sendable {
    /// The number of resamples.
    public var resamples: Int
    /// The probability that the interval is to cover, between 0 and 1.
    public var confidence: Double

    /// A bootstrap; 50,000 resamples and 95 % unless said otherwise.
    public init(resamples: Int = 50_000, confidence: Double = 0.95) {
        if resamples < 1 || !(confidence > 0 && confidence < 1) {
            fail("StratifiedBootstrap", "\(resamples) resamples, confidence \(confidence)")
        }
        self.resamples = resamples
        self.confidence = confidence
    }

    /// An aggregate of a table with its interval.
    public func interval(
        of aggregate: Aggregate, in table: ScoreTable, using generator: inout Generator
    ) -> Interval {
        let source = FlatScores(table)
        var scratch = source
        var values = [Double](repeating: 0, count: resamples)
        for index in values.indices {
            scratch.resample(from: source, using: &generator)
            values[index] = aggregate.value(of: &scratch)
        }
        return Interval(
            estimate: aggregate.value(of: table), resampled: &values, confidence: confidence)
    }

    /// The probability that a run of one algorithm beats a run of another, averaged over tasks,
    /// with its interval; the runs of both are resampled.
    ///
    /// - Throws: `StatisticsError.tasksDiffer` where the tables have other tasks.
    public func probabilityOfImprovement(
        of first: ScoreTable, over second: ScoreTable, using generator: inout Generator
    ) throws -> Interval {
        if first.tasks != second.tasks {
            throw StatisticsError.tasksDiffer(first.tasks, second.tasks)
        }
        let sources = (FlatScores(first), FlatScores(second))
        var scratch = sources
        var values = [Double](repeating: 0, count: resamples)
        for index in values.indices {
            scratch.0.resample(from: sources.0, using: &generator)
            scratch.1.resample(from: sources.1, using: &generator)
            values[index] = improvement(of: scratch.0, over: scratch.1)
        }
        return Interval(
            estimate: improvement(of: sources.0, over: sources.1), resampled: &values,
            confidence: confidence)
    }

    /// The share of runs that score above each threshold, with a band for each.
    public func performanceProfile(
        of table: ScoreTable, at thresholds: [Double], using generator: inout Generator
    ) -> PerformanceProfile {
        let thresholds = thresholds.sorted()
        let source = FlatScores(table)
        var scratch = source
        var shares = [[Double]](
            repeating: [Double](repeating: 0, count: resamples), count: thresholds.count)
        for index in 0..<resamples {
            scratch.resample(from: source, using: &generator)
            let resampled = shareAbove(thresholds, in: &scratch)
            for (threshold, share) in resampled.enumerated() { shares[threshold][index] = share }
        }
        var whole = source
        let estimates = shareAbove(thresholds, in: &whole)
        let intervals = thresholds.indices.map {
            Interval(estimate: estimates[$0], resampled: &shares[$0], confidence: confidence)
        }
        return PerformanceProfile(thresholds: thresholds, shares: intervals)
    }
}

/// The share of all scores above each of the sorted thresholds; sorts the scores.
private func shareAbove(_ thresholds: [Double], in scores: inout FlatScores) -> [Double] {
    scores.values.sort()
    let count = scores.values.count
    var below = 0
    return thresholds.map { threshold in
        while below < count, scores.values[below] <= threshold { below += 1 }
        return Double(count - below) / Double(count)
    }
}

/// P(first > second) + P(first = second) / 2, averaged over tasks: the Mann-Whitney U statistic
/// divided by the number of pairs.
private func improvement(of first: FlatScores, over second: FlatScores) -> Double {
    var total = 0.0
    for (left, right) in zip(first.ranges, second.ranges) {
        var twiceWins = 0
        for i in left {
            for j in right {
                let (a, b) = (first.values[i], second.values[j])
                twiceWins += a > b ? 2 : (a == b ? 1 : 0)
            }
        }
        total += Double(twiceWins) / Double(2 * left.count * right.count)
    }
    return total / Double(first.ranges.count)
}
