import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistTorch
import Testing

@Suite struct SoftQLearningAgentTests {
    /// The agent with a table for its network.
    private func settings(
        scale: Double, _ change: (inout SoftQLearningSettings) -> Void
    ) -> SoftQLearningSettings {
        var settings = SoftQLearningSettings()
        settings.networks.units = []
        settings.rewardScale = scale
        settings.discount = 0.9
        settings.batch = 120
        settings.learningRate = 0.01
        settings.updates = 1_000
        settings.reportEvery = 1_000
        settings.target = .polyak(rate: 0.05)
        change(&settings)
        return settings
    }

    @Test(arguments: [(ValueUnit.nats, false), (.reward, true)])
    func `with a table it finds the soft values`(unit: ValueUnit, dueling: Bool) throws {
        var generator = Generator(seed: 5)
        let scale = 1.0
        let agent = try SoftQLearning(
            settings(scale: scale) { ($0.valueUnit, $0.dueling) = (unit, dueling) },
            world: EnergyFixtures.world, using: &generator)
        let replay = EnergyFixtures.replay(seed: 6)
        for _ in 0..<3 { _ = try agent.learn(from: .replay(replay), using: &generator) }
        let records = try agent.learn(from: .replay(replay), using: &generator)
        let found = try #require(agent.actionValues(Tensor([0, 1, 2]))).doubles()
        let solution = try SoftDynamicProgramming(EnergyFixtures.model(), rewardScale: scale)
            .solve(discount: 0.9)
        // Adam at a fixed size of step never comes to rest.
        for (pair, value) in found.enumerated() {
            let exact = log(solution.policy[pair] / 0.5) + scale * solution.values[pair / 2]
            #expect(abs(value - exact) < 0.15, "pair \(pair): \(value), not \(exact)")
        }
        // Rows of the replay are equally frequent pairs.
        let bound = try #require(records.last?.bound)
        let divergence = (0..<6).reduce(0.0) {
            $0 + solution.policy[$1] * log(solution.policy[$1] / 0.5) / 3
        }
        #expect(abs(try #require(bound.actionConsistency) - divergence) < 0.1)
        #expect(bound.informationGain == nil && bound.stateConsistency == nil)
    }

    @Test func `the share of random actions falls linearly`() throws {
        var generator = Generator(seed: 7)
        let agent = try SoftQLearning(
            settings(scale: 1) {
                $0.exploration.start = 1
                $0.exploration.end = 0
                $0.exploration.steps = 400
                $0.updates = 300
            }, world: EnergyFixtures.world, using: &generator)
        let replay = EnergyFixtures.replay(seed: 8)
        _ = try agent.learn(from: .replay(replay), using: &generator)
        let arrival = Arrival(
            observations: Tensor([0], shape: [1]), rewards: [0], isFirst: [true])
        var carry = agent.carry(for: 1)
        let best = try agent.act(
            on: arrival, carrying: &carry, mode: .deterministic, using: &generator
        ).values
        let values = try #require(agent.actionValues(Tensor([0]))).doubles()
        #expect(best == [values[0] > values[1] ? 0 : 1])
        // Nothing but uniform draws at first, nothing but the posterior's in the end.
        for _ in 0..<400 {
            _ = try agent.act(on: arrival, carrying: &carry, mode: .explore, using: &generator)
        }
        var count = 0
        for _ in 0..<2_000 {
            let action = try agent.act(
                on: arrival, carrying: &carry, mode: .explore, using: &generator)
            if action.values == [0] { count += 1 }
        }
        let probability = 1 / (1 + exp(values[1] - values[0]))
        // Three standard errors of 2,000 draws are at most 0.034.
        #expect(abs(Double(count) / 2_000 - probability) < 0.034)
    }

    @Test func `spaces and priors that do not suit are refused`() throws {
        var generator = Generator(seed: 9)
        let unbounded = World(
            name: "far", observationSpace: .box(-1, 1, shape: [1]),
            actionSpace: .box(-.infinity, .infinity, shape: [1]))
        #expect(throws: AgentError.self) {
            _ = try SoftQLearning(SoftQLearningSettings(), world: unbounded, using: &generator)
        }
        var settings = SoftQLearningSettings()
        settings.priorLogits = [1, 2, 3]
        #expect(throws: AgentError.self) {
            _ = try SoftQLearning(settings, world: EnergyFixtures.world, using: &generator)
        }
        #expect(TargetCopy(rawValue: "hard:0") == nil && TargetCopy(rawValue: "polyak:2") == nil)
        #expect(TargetCopy(rawValue: "hard:7") == .hard(every: 7))
        #expect(TargetCopy(rawValue: "polyak:0.5")?.rawValue == "polyak:0.5")
    }
}
