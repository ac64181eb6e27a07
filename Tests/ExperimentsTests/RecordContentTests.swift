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

    /// One of each agent.
    private static let onPolicy = (AgentCase.onPolicy + AgentCase.intrinsic.prefix(3)).filter {
        !$0.name.contains("with ")
    }

    @Test(arguments: onPolicy)
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

    @Test(arguments: AgentCase.offPolicy.filter { !$0.name.contains("with ") })
    func `a policy from a replay tells its bound, entropy and temperature`(
        algorithm: AgentCase
    ) throws {
        let all = try rows(algorithm)
        for row in all where row.kind == .learning {
            let bound = try #require(row.bound)
            #expect(bound.reward != nil && bound.actionConsistency != nil)
            #expect(row.value("policy.entropy") != nil)
            let temperature = try #require(row.value("temperature"))
            #expect(abs(temperature * bound.context.rewardScale - 1) < 1e-6)
        }
        // The pole falls; the pendulum's time is up.
        let terminated = algorithm.environment.name == "cartpole" ? 1.0 : 0
        let ends = all.filter { $0.kind == .episode }.map { $0.value("terminated") }
        #expect(!ends.isEmpty && ends.allSatisfy { $0 == terminated })
        #expect(all.last { $0.kind == .evaluation }?.value("return") != nil)
    }
}
