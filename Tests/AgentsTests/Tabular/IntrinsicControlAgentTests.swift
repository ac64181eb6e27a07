import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import Testing

/// Variational intrinsic control as an agent, beside exact information.
@Suite struct IntrinsicControlAgentTests {
    private func learn(
        _ form: IntrinsicControlForm, episodes: Int, _ arguments: [(String, String)]
    ) throws -> [Record] {
        var settings = IntrinsicControlSettings()
        settings.form = form
        settings.options = 18
        settings.reportEvery = 1000
        let life = try AgentLife(
            IntrinsicControl.self, settings, "grid-world", arguments + [("time-limit", "2")],
            seed: 1)
        return try life.live(episodes)
    }

    private let middle = [("rows", "3"), ("columns", "3"), ("start", "1,1")]

    @Test func `nine cells are told apart`() throws {
        let records = try learn(.explicit, episodes: 15_000, middle)
        let last = try #require(records.last)
        let most = try #require(last.value("empowerment.exact"))
        #expect(abs(most - 2.197225) < 1e-5)
        let (bound, exact) = (
            try #require(last.value("information.bound")),
            try #require(last.value("information.exact"))
        )
        #expect(exact > 0.85 * most && exact <= most + 1e-6)
        // The bound is of 1000 options while the reverse model still learned.
        #expect(bound < exact + 0.05 && bound > 0.75 * most)
        #expect(records[0].value("information.bound")! < 0.7 * most)
    }

    @Test func `action sequences as options find the same`() throws {
        let records = try learn(.implicit, episodes: 15_000, middle)
        let last = try #require(records.last)
        let most = try #require(last.value("empowerment.exact"))
        let exact = try #require(last.value("information.exact"))
        #expect(exact > 0.85 * most && exact <= most + 1e-6)
        #expect(last.value("information.bound")! < exact + 0.05)
    }

    @Test func `where there is one cell there is nothing to control`() throws {
        let records = try learn(.explicit, episodes: 2000, [("rows", "1"), ("columns", "1")])
        #expect(records.allSatisfy { $0.value("information.exact")! < 1e-9 })
        #expect(records.last!.value("information.bound")! < 1e-6)
    }

    @Test func `options that are cut off teach nothing`() throws {
        var settings = IntrinsicControlSettings()
        settings.horizon = 4
        settings.reportEvery = 2
        let life = try AgentLife(
            IntrinsicControl.self, settings, "grid-world", [("time-limit", "7")])
        // One whole option an episode.
        let counts = try life.live(10).compactMap { $0.value("options") }
        #expect(counts == [2, 2, 2, 2, 2])
    }
}
