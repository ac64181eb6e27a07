import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistProbability
import OptimistTorch
import Testing

/// Agents that learn soft values of small tables, to within 2 % of the values' range and policies to
/// within a total variation of 0.02.
@Suite struct SoftTableTests {
    /// Three states with two actions whose moves are likely in tenths.
    struct Table: CustomTestStringConvertible {
        let name: String
        let laws: [[[Double]]]
        let rewards: [[Double]]
        let learningRate: Double

        static let all = [
            Table(
                name: "three states", laws: EnergyFixtures.laws, rewards: EnergyFixtures.rewards,
                learningRate: 0.01),
            // The forest of pymdptoolbox: wait or cut.
            Table(
                name: "the forest",
                laws: [
                    [[0.1, 0.9, 0], [1, 0, 0]], [[0.1, 0, 0.9], [1, 0, 0]],
                    [[0.1, 0, 0.9], [1, 0, 0]],
                ], rewards: [[0, 0], [0, 1], [4, 2]], learningRate: 0.05),
        ]

        var testDescription: String { name }

        /// γ = 0.9, τ = 1, a uniform prior.
        func solution() throws -> (values: [Double], policy: [Double]) {
            let model = try TabularModel(dense: laws, rewards: rewards, start: [1, 0, 0])
            let solution = try SoftDynamicProgramming(model)
                .solve(discount: 0.9, stopping: .init(tolerance: 1e-10))
            return (solution.values, solution.policy)
        }

        /// Ten transitions of each pair: (state, action, reward, next state).
        var transitions: [(state: Int, action: Int, reward: Double, next: Int)] {
            var all: [(state: Int, action: Int, reward: Double, next: Int)] = []
            for (state, row) in laws.enumerated() {
                for (action, law) in row.enumerated() {
                    let reward = rewards[state][action]
                    for (next, share) in law.enumerated() {
                        let count = Int((share * 10).rounded())
                        all += Array(repeating: (state, action, reward, next), count: count)
                    }
                }
            }
            return all
        }

        /// Checks action values, three states of two, and a policy.
        func check(_ actionValues: [Double], _ policy: [Double]) throws {
            let exact = try solution()
            let range = exact.values.max()! - exact.values.min()!
            for state in 0..<3 {
                let (one, two) = (actionValues[2 * state], actionValues[2 * state + 1])
                let value = max(one, two) + log((1 + exp(-abs(one - two))) / 2)
                #expect(abs(value - exact.values[state]) < 0.02 * range, "state \(state)")
                let variation = abs(policy[2 * state] - exact.policy[2 * state])
                #expect(variation < 0.02, "state \(state)")
            }
        }
    }

    private var states: Tensor { Tensor([0, 1, 2]).oneHot(classes: 3) }

    @Test(arguments: Table.all) func `soft actor-critic of choices`(table: Table) throws {
        var settings = SACSettings()
        settings.networks.units = []
        settings.learningRate = 2 * table.learningRate
        settings.targetRate = 0.3
        settings.temperature = 1
        settings.discount = 0.9
        settings.prior = .uniform
        var generator = Generator(seed: 1)
        let learner = SoftLearner(
            settings, kind: .discrete(2), observation: 3, using: &generator)
        let all = table.transitions
        let rows = SoftRows(
            features: Tensor(all.map(\.state)).oneHot(classes: 3),
            actions: Tensor(all.map(\.action)), rewards: Tensor(all.map { Float($0.reward) }),
            nextFeatures: Tensor(all.map(\.next)).oneHot(classes: 3),
            continuation: .ones([all.count]))
        for _ in 0..<2_000 { _ = try learner.update(rows, using: &generator) }
        guard case .categorical(let law) = learner.policy.predict(states) else {
            Issue.record("a law over numbers")
            return
        }
        try table.check(
            learner.critics.target(states).doubles(), law.probabilities.doubles())
    }

    @Test(arguments: Table.all) func `soft Q-learning`(table: Table) throws {
        var settings = SoftQLearningSettings()
        settings.networks.units = []
        settings.rewardScale = 1
        settings.discount = 0.9
        settings.batch = 120
        settings.learningRate = table.learningRate
        settings.updates = 100
        settings.reportEvery = 1_000
        settings.target = .polyak(rate: 0.05)
        var generator = Generator(seed: 5)
        let agent = try SoftQLearning(settings, world: EnergyFixtures.world, using: &generator)
        let replay = replay(table)
        var sum = [Double](repeating: 0, count: 6)
        let (before, counted) = (30, 40)
        for round in 0..<before + counted {
            _ = try agent.learn(from: .replay(replay), using: &generator)
            if round < before { continue }
            // Adam at a fixed size of step never comes to rest: the mean over rounds does.
            let found = try #require(agent.actionValues(Tensor([0, 1, 2]))).doubles()
            sum = zip(sum, found).map { $0 + $1 / Double(counted) }
        }
        let policy = (0..<6).map { 1 / (1 + exp(sum[$0 ^ 1] - sum[$0])) }
        try table.check(sum, policy)
    }

    private func replay(_ table: Table) -> Replay {
        let replay = Replay(
            layout: EpisodeLayout(
                observations: EnergyFixtures.world.observationSpace,
                actions: EnergyFixtures.world.actionSpace), generator: Generator(seed: 6))
        for (state, action, reward, next) in table.transitions {
            let episode = replay.begin(seed: 0, first: .floats([Float(state)]))
            replay.append(
                to: episode, action: [Float(action)],
                step: Step(
                    observation: .floats([Float(next)]), reward: reward, ending: .truncated))
        }
        return replay
    }
}
