import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistInference
import Testing

/// Posterior sampling as an agent.
@Suite struct PSRLTests {
    /// The regret of 60 independent runs elsewhere: 133 on average after 50 episodes, 183 after 400
    /// (from 130 to 255), episodes 301 to 400 add at most 11. An agent that never finds the far bank
    /// loses 1359.
    @Test(arguments: [0, 1, 2]) func `the far bank of the river is found`(seed: UInt64) throws {
        let life = try AgentLife(PSRL.self, PSRLSettings(), "river-swim", seed: seed)
        let records = try life.live(400)
        #expect(records.count == 400)
        let total = try #require(records.last?.value("regret.total"))
        #expect(total > 80 && total < 350)
        let late = try #require(records[299].value("regret.total"))
        #expect(total - late < 30)
        let gained = records.compactMap { $0.value("model.informationGain") }
        #expect(gained.count == 400 && gained.allSatisfy { $0 >= 0 })
        let (early, later) = (
            gained.prefix(100).reduce(0, +), gained.suffix(100).reduce(0, +)
        )
        #expect(later < 0.2 * early)
    }

    @Test func `nothing but counts is used: without the table it acts the same`() throws {
        func returns(_ showsTable: Bool) throws -> [Double] {
            let life = try AgentLife(
                PSRL.self, PSRLSettings(), "river-swim", seed: 5, showsTable: showsTable)
            let records = try life.live(30)
            #expect((records[0].value("regret") != nil) == showsTable)
            return records.map { $0.bound!.reward! }
        }
        #expect(try returns(true) == returns(false))
    }

    @Test func `a bandit is Thompson's`() throws {
        let preset = try #require(PSRL.algorithm.presets.first { $0.name == "bandit" })
        let settings = try PSRLSettings().setting(preset.agentSettings)
        let life = try AgentLife(PSRL.self, settings, "bandit", [("means", "0.2,0.8")])
        let records = try life.live(1500)
        let total = try #require(records.last?.value("regret.total"))
        // Always the worse arm: 900; Thompson's regret grows with the logarithm.
        #expect(total > 0 && total < 30)
        #expect(total - records[999].value("regret.total")! < 5)
    }

    @Test func `an end that was not expected is told`() throws {
        let life = try AgentLife(PSRL.self, PSRLSettings(), "lottery")
        #expect(
            throws: AgentError.unsuitable(
                algorithm: "posterior-sampling", world: "lottery",
                reason: "an episode ended by itself, and models that are drawn have no end: "
                    + "set endsEpisodes=true")
        ) { try life.live(1) }
        var settings = PSRLSettings()
        settings.endsEpisodes = true
        settings.horizon = 2
        settings.rewardScale = 1
        let soft = try AgentLife(PSRL.self, settings, "lottery")
        let records = try soft.live(5)
        #expect(records.allSatisfy { $0.bound?.actionConsistency != nil })
        settings.arms = .bernoulli
        #expect(throws: AgentError.self) { try AgentLife(PSRL.self, settings, "lottery") }
        #expect(throws: AgentError.self) { try AgentLife(PSRL.self, settings, "pendulum") }
    }
}
