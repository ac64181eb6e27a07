import OptimistCore
import OptimistReports
import Testing

@Suite struct StatisticsTests {
    @Test func `the interquartile mean drops a quarter at each end`() throws {
        let table = try ScoreTable(
            tasks: ["a", "b"], scores: [[1, 100, 3, 4], [5, 6, 7, -50]])
        // Sorted: -50 1 | 3 4 5 6 | 7 100.
        #expect(Aggregate.interquartileMean.value(of: table) == 4.5)
        let single = try ScoreTable(task: "a", scores: [2, 9, 4])
        #expect(Aggregate.interquartileMean.value(of: single) == 5)
    }

    @Test func `aggregates of unequal tasks weigh tasks or runs as documented`() throws {
        let table = try ScoreTable(tasks: ["a", "b"], scores: [[0, 2], [4, 4, 4, 4]])
        #expect(Aggregate.mean.value(of: table) == 2.5)
        #expect(Aggregate.median.value(of: table) == 2.5)
        #expect(Aggregate.interquartileMean.value(of: table) == 3.5)
        #expect(Aggregate.optimalityGap(threshold: 3).value(of: table) == 3 - 14.0 / 6)
    }

    @Test func `an interval is the same for the same seed and covers the estimate`() throws {
        let table = try ScoreTable(task: "a", scores: [1, 5, 2, 8, 3, 9, 4])
        let bootstrap = StratifiedBootstrap(resamples: 2000)
        var (first, second) = (Generator(seed: 1), Generator(seed: 1))
        let interval = bootstrap.interval(of: .mean, in: table, using: &first)
        #expect(interval == bootstrap.interval(of: .mean, in: table, using: &second))
        #expect(interval.low < interval.estimate && interval.estimate < interval.high)
    }

    @Test func `the interval of a mean is as wide as the central limit says`() throws {
        var generator = Generator(seed: 12)
        let scores = (0..<400).map { _ in generator.normal() }
        let table = try ScoreTable(task: "a", scores: scores)
        let interval = StratifiedBootstrap(resamples: 20_000).interval(
            of: .mean, in: table, using: &generator)
        let error = try #require(Estimate(of: scores).standardError)
        // The standard error of a 2.5 % quantile over 20,000 resamples is about 0.02 of `error`.
        #expect(abs((interval.high - interval.low) / (2 * 1.96 * error) - 1) < 0.05)
    }

    @Test func `ties count one half in the probability of improvement`() throws {
        let first = try ScoreTable(tasks: ["a", "b"], scores: [[1, 1], [3, 0]])
        let second = try ScoreTable(tasks: ["a", "b"], scores: [[1, 1], [1, 2]])
        var generator = Generator(seed: 0)
        let bootstrap = StratifiedBootstrap(resamples: 10)
        let interval = try bootstrap.probabilityOfImprovement(
            of: first, over: second, using: &generator)
        #expect(interval.estimate == 0.5)
        let other = try ScoreTable(task: "c", scores: [1])
        #expect(throws: StatisticsError.tasksDiffer(["a", "b"], ["c"])) {
            try bootstrap.probabilityOfImprovement(of: first, over: other, using: &generator)
        }
    }

    @Test func `a table refuses what has no statistics`() {
        #expect(throws: StatisticsError.noTasks) { try ScoreTable(tasks: [], scores: []) }
        #expect(throws: StatisticsError.noRuns(task: "b")) {
            try ScoreTable(tasks: ["a", "b"], scores: [[1], []])
        }
        #expect(throws: StatisticsError.notFinite(task: "a", run: 1, value: "inf")) {
            try ScoreTable(task: "a", scores: [1, .infinity])
        }
    }

    @Test func `few seeds give a warning`() throws {
        let table = try ScoreTable(tasks: ["a", "b"], scores: [[1, 2, 3, 4, 5], [1]])
        let warnings = SeedWarning.warnings(for: table, of: "sac")
        #expect(
            warnings.map(\.description) == [
                "sac has 1 run on b: intervals from fewer than 5 seeds are too narrow to trust; "
                    + "train more seeds"
            ])
        let named = SeedWarning.warnings(for: table, of: "sac on b (2)")
        #expect(named[0].description.hasPrefix("sac on b (2) has 1 run: intervals"))
    }

    @Test func `running moments equal two-pass ones, also merged`() throws {
        var generator = Generator(seed: 9)
        let values = (0..<1000).map { _ in 1e6 + generator.normal() }
        var (whole, left, right) = (RunningMoments(), RunningMoments(), RunningMoments())
        for value in values { whole.add(value) }
        for value in values[..<137] { left.add(value) }
        for value in values[137...] { right.add(value) }
        left.merge(right)
        left.merge(RunningMoments())
        let direct = Estimate(of: values)
        for moments in [whole, left] {
            let estimate = try #require(moments.estimate)
            #expect(estimate.count == 1000)
            #expect(abs(estimate.mean - direct.mean) < 1e-8)
            #expect(abs(estimate.standardError! / direct.standardError! - 1) < 1e-6)
        }
        #expect(RunningMoments().estimate == nil)
    }
}
