import Foundation
import OptimistExperiments
import Testing

/// What the records of agents that infer policies tell of every update.
@Suite(.serialized) struct RecordContentTests {
    private func rows(_ algorithm: AgentCase) throws -> [RunStore.Row] {
        let folder = TestRuns.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try algorithm.train(folder + "/run")
        return try RunStore.readRows(of: RunFolder(folder + "/run"))
    }

    @Test(arguments: AgentCase.onPolicy + AgentCase.intrinsic.prefix(4))
    func `a policy tells its bound, its cost, its entropy and how far it went`(
        algorithm: AgentCase
    ) throws {
        let learning = try rows(algorithm).filter { $0.kind == .learning }
        for row in learning {
            let bound = try #require(row.bound)
            #expect(bound.reward != nil && bound.context.standardErrors["reward"] != nil)
            #expect(bound.context.rewardScale > 0)
            for name in ["policy.divergence", "policy.entropy"] {
                #expect(row.value(name) != nil, "\(name)")
            }
            // A divergence, but for rounding.
            #expect(try #require(row.value("policy.change")) > -1e-6)
        }
        #expect(learning.contains { $0.value("policy.change")! > 0 })
    }

    @Test(arguments: AgentCase.offPolicy)
    func `a policy from a replay tells its bound, entropy and temperature`(
        algorithm: AgentCase
    ) throws {
        for row in try rows(algorithm) where row.kind == .learning {
            let bound = try #require(row.bound)
            #expect(bound.reward != nil && bound.actionConsistency != nil)
            #expect(row.value("policy.entropy") != nil)
            let temperature = try #require(row.value("temperature"))
            #expect(abs(temperature * bound.context.rewardScale - 1) < 1e-6)
        }
    }

    @Test func `episodes tell whether the task ended, evaluations their error`() throws {
        let all = try rows(AgentCase.named("SAC on choices"))
        let ends = all.filter { $0.kind == .episode }.map { $0.value("terminated") }
        #expect(!ends.isEmpty && ends.allSatisfy { $0 == 1 })
        let cut = try rows(AgentCase.named("SAC")).filter { $0.kind == .episode }
        #expect(!cut.isEmpty && cut.allSatisfy { $0.value("terminated") == 0 })
        #expect(all.last { $0.kind == .evaluation }?.value("return") != nil)
    }
}
