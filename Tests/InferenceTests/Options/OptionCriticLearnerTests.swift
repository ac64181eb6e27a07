import Foundation
import OptimistCore
import OptimistInference
import Testing

/// The option-critic of tables as it learns.
@Suite struct OptionCriticLearnerTests {
    @Test func `one option learns as an actor-critic does`() throws {
        let model = try OptionFixtures.model()
        var configuration = OptionCriticLearner.Configuration()
        configuration.options = 1
        configuration.discount = 0.9
        configuration.temperature = 0.5
        var learner = OptionCriticLearner(configuration, pairs: model.pairs)
        var (values, actionValues, weights) = (
            [0.0, 0, 0], Array(repeating: 0.0, count: 6), Array(repeating: 0.0, count: 6)
        )
        var generator = Generator(seed: 5)
        var state = 0
        for _ in 0..<300 {
            let pair = learner.selectPair(state: state, option: 0, using: &generator)
            let next = generator.integer(below: 3)
            learner.learn(
                .init(
                    state: state, option: 0, pair: pair, reward: model.rewards[pair], next: next,
                    isTerminated: false))
            let target = model.rewards[pair] + 0.9 * values[next]
            values[state] += 0.5 * (target - values[state])
            actionValues[pair] += 0.5 * (target - actionValues[pair])
            let range = model.pairs.range(of: state)
            let scale = range.map { exp(weights[$0] / 0.5) }.reduce(0, +)
            let laws = range.map { exp(weights[$0] / 0.5) / scale }
            for (other, law) in zip(range, laws) {
                let score = ((other == pair ? 1 : 0) - law) / 0.5
                weights[other] += 0.25 * score * (actionValues[pair] - values[state])
            }
            state = next
        }
        for pair in 0..<6 {
            #expect(abs(weights[pair] - learner.tables.policyWeights[0][pair]) < 1e-9)
        }
        #expect(
            OptionFixtures.largest((0..<3).map { values[$0] - learner.value(state: $0) }) < 1e-9)
    }

    @Test func `critics of fixed options find their exact values`() throws {
        let model = try OptionFixtures.model()
        var configuration = OptionCriticLearner.Configuration()
        configuration.options = 2
        configuration.discount = 0.9
        configuration.policyRate = 0
        configuration.terminationRate = 0
        configuration.deliberationCost = 0.1
        var learner = OptionCriticLearner(configuration, pairs: model.pairs)
        let logits = try OptionFixtures.logits()
        let policy = logits.policy
        learner.tables.policyWeights = policy.logPolicies
        learner.tables.terminationLogits = logits.values[logits.continuationRange].map { -$0 }
        // Expected updates in place of sampled ones: every step that can be, as often as it is.
        let exact = try OptionCriticValues(
            model, policy: policy, selection: .greedy, discount: 0.9, deliberationCost: 0.1)
        learner.tables.optionValues = exact.optionValues
        learner.tables.actionValues = exact.actionValues
        let before = learner.tables
        var changes = Array(repeating: 0.0, count: 6)
        for state in 0..<3 {
            for option in 0..<2 {
                for pair in model.pairs.range(of: state) {
                    model.forEachSuccessor(of: pair) { next, probability in
                        learner.tables = before
                        learner.learn(
                            .init(
                                state: state, option: option, pair: pair,
                                reward: model.rewards[pair], next: next, isTerminated: false))
                        let index = 2 * state + option
                        let change =
                            learner.tables.optionValues[index] - before.optionValues[index]
                        changes[index] +=
                            exp(policy.logPolicies[option][pair]) * probability * change
                    }
                }
            }
        }
        #expect(changes.allSatisfy { abs($0) < 1e-12 })
    }

    @Test func `expected termination updates are the termination gradient`() throws {
        let model = try OptionFixtures.model()
        var configuration = OptionCriticLearner.Configuration()
        configuration.options = 2
        configuration.terminationRegularizer = 0.2
        configuration.deliberationCost = 0.1
        configuration.terminationRate = 1
        configuration.criticRate = 0
        var learner = OptionCriticLearner(configuration, pairs: model.pairs)
        learner.tables.optionValues = [1, 2, -1, 0.5, 3, 3]
        learner.tables.terminationLogits = [0.3, -0.2, 1, 0, -1, 0.4]
        let before = learner.tables.terminationLogits
        learner.learn(
            .init(state: 0, option: 0, pair: 0, reward: 0, next: 1, isTerminated: false))
        let stop = 1 / (1 + exp(-before[2]))
        let expected = before[2] - stop * (1 - stop) * (-1 - 0.5 + 0.3)
        #expect(abs(learner.tables.terminationLogits[2] - expected) < 1e-12)
        #expect(learner.tables.terminationLogits[3] == before[3])
        let ended = learner.tables
        learner.learn(
            .init(state: 0, option: 0, pair: 0, reward: 0, next: 1, isTerminated: true))
        #expect(learner.tables.terminationLogits == ended.terminationLogits)
    }

    /// Mean steps of the last hundred of 500 episodes: 10 to 26 over five seeds (mean 15, standard
    /// deviation 7). The best policy needs 8.4 on average, a random walk 430.
    @Test(arguments: 1...3)
    func `four rooms are learned, and learned anew when the goal moves`(_ seed: Int) throws {
        let model = try OptionFixtures.fourRooms()
        var learner = OptionCriticLearner(pairs: model.pairs)
        var generator = Generator(seed: UInt64(seed))
        func run(_ model: TabularModel, _ episodes: Int) -> [OptionCriticLearner.Episode] {
            (0..<episodes).map { _ in
                learner.runEpisode(in: model, stepLimit: 1000, using: &generator)
            }
        }
        let episodes = run(model, 500)
        #expect(episodes[0..<20].map(\.steps).reduce(0, +) > 20 * 100)
        #expect(episodes[400...].map(\.steps).reduce(0, +) < 100 * 40)
        #expect(episodes[400...].allSatisfy { $0.isTerminated && $0.reward == 1 })
        #expect(episodes[400...].contains { $0.terminations > 0 })
        let moved = run(try OptionFixtures.fourRooms(goal: [9, 11]), 1000)
        #expect(moved[900...].map(\.steps).reduce(0, +) < 100 * 50)
    }
}
