import Foundation
import OptimistCore
import OptimistReports
import Testing

/// Results of the package `rliable` 1.2.0; `Stored/make_rliable.py` says how they were made.
private struct Oracle: Decodable {
    struct Estimates: Decodable {
        var point: [Double]
        var low: [Double]
        var high: [Double]
        var monteCarlo: [[Double]]
    }
    var scores: [String: [[Double]]]
    var resamples: Int
    var taus: [Double]
    var aggregates: [String: Estimates]
    var improvement: [String: Estimates]
    var profile: [String: Estimates]

    static func load() throws -> Oracle {
        try JSONDecoder().decode(Oracle.self, from: Stored.data("rliable.json"))
    }

    func table(_ name: String) throws -> ScoreTable {
        try ScoreTable(tasks: ["x", "y", "z"], scores: #require(scores[name]))
    }
}

/// Both sides are Monte-Carlo quantiles with 50,000 resamples; their difference has a standard
/// error of √2 times the stored one. Allowed: 6 of them, and one step of the statistic's grid (the
/// scores have two decimals, so it takes discrete values only).
private func expect(
    _ interval: Interval, agreesWith stored: Oracle.Estimates, at index: Int, grid: Double,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let (low, high) = (stored.monteCarlo[0][index], stored.monteCarlo[1][index])
    let factor = 6 * 2.0.squareRoot()
    #expect(
        abs(interval.estimate - stored.point[index]) < 1e-12, sourceLocation: sourceLocation)
    #expect(
        abs(interval.low - stored.low[index]) < factor * low + grid,
        sourceLocation: sourceLocation)
    #expect(
        abs(interval.high - stored.high[index]) < factor * high + grid,
        sourceLocation: sourceLocation)
}

@Suite struct RliableTests {
    @Test(arguments: ["a", "b"])
    func `aggregates and their intervals equal those of rliable`(name: String) throws {
        let oracle = try Oracle.load()
        let stored = try #require(oracle.aggregates[name])
        let aggregates: [Aggregate] = [
            .mean, .median, .interquartileMean, .optimalityGap(threshold: 1),
        ]
        let bootstrap = StratifiedBootstrap(resamples: oracle.resamples)
        var generator = Generator(seed: 3)
        for (index, aggregate) in aggregates.enumerated() {
            let interval = bootstrap.interval(
                of: aggregate, in: try oracle.table(name), using: &generator)
            expect(interval, agreesWith: stored, at: index, grid: 0.001)
        }
    }

    @Test func `the probability of improvement equals that of rliable`() throws {
        let oracle = try Oracle.load()
        var generator = Generator(seed: 4)
        let bootstrap = StratifiedBootstrap(resamples: oracle.resamples)
        let interval = try bootstrap.probabilityOfImprovement(
            of: oracle.table("a"), over: oracle.table("b"), using: &generator)
        expect(interval, agreesWith: try #require(oracle.improvement["a>b"]), at: 0, grid: 1 / 600)
    }

    @Test(arguments: ["a", "b"])
    func `performance profiles and their bands equal those of rliable`(name: String) throws {
        let oracle = try Oracle.load()
        var generator = Generator(seed: 5)
        let bootstrap = StratifiedBootstrap(resamples: oracle.resamples)
        let profile = bootstrap.performanceProfile(
            of: try oracle.table(name), at: oracle.taus, using: &generator)
        #expect(profile.thresholds == oracle.taus)
        for (index, share) in profile.shares.enumerated() {
            expect(
                share, agreesWith: try #require(oracle.profile[name]), at: index,
                grid: 1.0 / 30 + 1e-12)
        }
    }
}
