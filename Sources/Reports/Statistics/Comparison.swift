import OptimistCore

/// What `compare` says of several algorithms: aggregates and profiles of each, and for each pair
/// of them how probable it is that a run of the one beats a run of the other.
public struct Comparison: Codable, Sendable {
    /// One algorithm, or group of runs of the same configuration.
    public struct Entry: Codable, Sendable {
        /// The group's name.
        public var name: String
        /// Runs of the task with the fewest.
        public var fewestRuns: Int
        /// The aggregates with their intervals, in the order asked for.
        public var aggregates: [Interval]
        /// The run-score distribution.
        public var profile: PerformanceProfile
    }

    /// A pair of algorithms.
    public struct Pair: Codable, Sendable {
        /// The algorithm that may be better.
        public var first: String
        /// The algorithm that it is compared with.
        public var second: String
        /// P(first > second), ties counted half, averaged over tasks.
        public var probability: Interval

        /// The same pair seen from the other side.
        var mirrored: Pair {
            Pair(
                first: second, second: first,
                probability: Interval(
                    estimate: 1 - probability.estimate, low: 1 - probability.high,
                    high: 1 - probability.low))
        }
    }

    /// The aggregates that were asked for.
    public var aggregates: [Aggregate]
    /// The algorithms, in the order given.
    public var entries: [Entry]
    /// All ordered pairs of different algorithms that ran on the same tasks.
    public var pairs: [Pair]
    /// Algorithms with too few seeds.
    public var warnings: [SeedWarning]
    /// The bootstrap's settings.
    public var bootstrap: StratifiedBootstrap

    /// Compares groups of runs. Numbers for a group depend on the generator and the group's name,
    /// not on the other groups.
    ///
    /// - Parameters:
    ///   - groups: names and scores; the names differ.
    ///   - aggregates: what to compute of each group.
    ///   - thresholds: where to evaluate profiles; 51 evenly spaced over all scores if empty.
    ///   - bootstrap: resamples and confidence.
    ///   - generator: seeds every interval, by name.
    public init(
        of groups: [(name: String, scores: ScoreTable)],
        aggregates: [Aggregate] = [.interquartileMean, .median, .mean],
        thresholds: [Double] = [], bootstrap: StratifiedBootstrap = StratifiedBootstrap(),
        generator: Generator
    ) throws {
        if Set(groups.map(\.name)).count != groups.count {
            fail("Comparison", "group names repeat: \(groups.map(\.name))")
        }
        let thresholds = thresholds.isEmpty ? Comparison.span(groups.map(\.scores)) : thresholds
        self.aggregates = aggregates
        self.bootstrap = bootstrap
        entries = groups.map { group in
            let own = generator.split(group.name)
            return Entry(
                name: group.name, fewestRuns: group.scores.fewestRuns,
                aggregates: aggregates.map { aggregate in
                    var stream = own.split(aggregate.key)
                    return bootstrap.interval(of: aggregate, in: group.scores, using: &stream)
                },
                profile: Comparison.profile(
                    group.scores, thresholds, bootstrap, generator: own.split("profile")))
        }
        pairs = try Comparison.pairs(of: groups, bootstrap, generator: generator.split("pairs"))
        warnings = groups.flatMap { SeedWarning.warnings(for: $0.scores, of: $0.name) }
    }

    /// A profile needs far fewer resamples than an aggregate: its band is drawn, not quoted.
    private static func profile(
        _ table: ScoreTable, _ thresholds: [Double], _ bootstrap: StratifiedBootstrap,
        generator: Generator
    ) -> PerformanceProfile {
        var (coarse, stream) = (bootstrap, generator)
        coarse.resamples = min(bootstrap.resamples, 2_000)
        return coarse.performanceProfile(of: table, at: thresholds, using: &stream)
    }

    /// Each pair is computed once, its names in alphabetical order, and mirrored.
    private static func pairs(
        of groups: [(name: String, scores: ScoreTable)], _ bootstrap: StratifiedBootstrap,
        generator: Generator
    ) throws -> [Pair] {
        var pairs: [Pair] = []
        for (index, group) in groups.enumerated() {
            for other in groups[(index + 1)...] where other.scores.tasks == group.scores.tasks {
                let (first, second) = group.name < other.name ? (group, other) : (other, group)
                var stream = generator.split(first.name).split(second.name)
                let probability = try bootstrap.probabilityOfImprovement(
                    of: first.scores, over: second.scores, using: &stream)
                let pair = Pair(first: first.name, second: second.name, probability: probability)
                pairs += first.name == group.name ? [pair, pair.mirrored] : [pair.mirrored, pair]
            }
        }
        return pairs
    }

    /// Evenly spaced thresholds from just below the lowest score to the highest.
    private static func span(_ tables: [ScoreTable]) -> [Double] {
        let scores = tables.flatMap { $0.scores.flatMap { $0 } }
        guard let low = scores.min(), let high = scores.max() else { return [] }
        let margin = max(high - low, abs(high) * 1e-9, 1e-12) / 49
        return (0...50).map { low - margin + Double($0) * (high - low + margin) / 50 }
    }
}
