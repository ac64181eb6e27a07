import OptimistCore
import OptimistReports
import Testing

@Suite struct ComparisonTests {
    private func group(_ name: String, _ shift: Double) throws -> (String, ScoreTable) {
        var generator = Generator(seed: 2).split(name)
        let scores = (0..<2).map { _ in (0..<6).map { _ in shift + generator.normal() } }
        return (name, try ScoreTable(tasks: ["x", "y"], scores: scores))
    }

    @Test func `a group's numbers do not depend on the other groups`() throws {
        let bootstrap = StratifiedBootstrap(resamples: 500)
        let (a, b, c) = (try group("a", 0), try group("b", 1), try group("c", 2))
        let thresholds = [-1.0, 0, 1]
        let all = try Comparison(
            of: [a, b, c], thresholds: thresholds, bootstrap: bootstrap,
            generator: Generator(seed: 1))
        let two = try Comparison(
            of: [c, a], thresholds: thresholds, bootstrap: bootstrap,
            generator: Generator(seed: 1))
        #expect(all.entries[2].aggregates == two.entries[0].aggregates)
        #expect(all.entries[0].profile == two.entries[1].profile)
        let pair = all.pairs.first { $0.first == "c" && $0.second == "a" }?.probability
        #expect(pair == two.pairs.first { $0.first == "c" }?.probability)
        #expect(all.pairs.count == 6 && all.warnings.isEmpty)
    }

    @Test func `default thresholds run from all runs to none`() throws {
        let comparison = try Comparison(
            of: [try group("a", 0), try group("b", 1)],
            bootstrap: StratifiedBootstrap(resamples: 50), generator: Generator(seed: 1))
        for entry in comparison.entries {
            #expect(entry.profile.thresholds.count == 51)
            #expect(entry.profile.shares.first?.estimate == 1)
        }
        #expect(comparison.entries.map { $0.profile.shares.last!.estimate }.min() == 0)
    }

    @Test func `both directions of a pair add up to one`() throws {
        let comparison = try Comparison(
            of: [try group("b", 1), try group("a", 0)],
            bootstrap: StratifiedBootstrap(resamples: 200), generator: Generator(seed: 1))
        let (there, back) = (comparison.pairs[0], comparison.pairs[1])
        #expect(there.first == "b" && back.first == "a")
        #expect(there.probability.estimate > 0.5)
        #expect(there.probability.estimate + back.probability.estimate == 1)
        #expect(there.probability.low + back.probability.high == 1)
    }
}
