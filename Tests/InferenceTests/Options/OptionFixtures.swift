import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistInference

/// The models and policies that the tests of options share.
enum OptionFixtures {
    /// Three states and two actions, from state 0.
    static func model() throws -> TabularModel {
        try TabularModel(
            dense: [
                [[0.8, 0.2, 0], [0.1, 0.6, 0.3]], [[0.5, 0.4, 0.1], [0, 0.3, 0.7]],
                [[0.2, 0.2, 0.6], [0.6, 0, 0.4]],
            ],
            rewards: [[-1, -2], [-0.5, -1.5], [0, -0.3]], start: [1, 0, 0])
    }

    static func problem(horizon: Int = 3, rewardScale: Double = 1) throws -> OptionProblem {
        try OptionProblem(model(), rewardScale: rewardScale, horizon: horizon)
    }

    static let policies = [
        [0.9, 0.1, 0.8, 0.2, 0.7, 0.3], [0.2, 0.8, 0.1, 0.9, 0.4, 0.6],
    ]
    static let continuation = [0.7, 0.5, 0.6, 0.8, 0.4, 0.9]
    static let selector = [0.5, 0.5, 0.3, 0.7, 0.6, 0.4, 0.5, 0.5, 0.2, 0.8, 0.9, 0.1]

    /// Two options for the three states.
    static func policy(
        continuation: [Double] = continuation, selector: [Double] = selector
    ) throws -> OptionPolicy {
        try OptionPolicy(
            pairs: model().pairs, policies: policies, continuation: continuation,
            selector: selector, firstSelector: Array(repeating: 0.5, count: 6))
    }

    /// Logits whose policy is `policy()`.
    static func logits() throws -> OptionLogits {
        var logits = try OptionLogits(pairs: model().pairs, options: 2)
        logits.values =
            policies.flatMap { $0.map { log($0) } } + continuation.map { log($0 / (1 - $0)) }
            + selector.map { log($0) } + Array(repeating: log(0.5), count: 6)
        return logits
    }

    /// A bandit of five actions with its rewards at both ends.
    static func bandit() throws -> OptionProblem {
        let laws = [Array(repeating: [1.0], count: 5)]
        return try OptionProblem(
            TabularModel(dense: laws, rewards: [[0, -3, -4, -3, 0]], start: [1]), horizon: 1)
    }

    /// Options of the bandit around a mean each, chosen with a law of their own.
    static func banditPolicy(means: [Double], first: [Double]) throws -> OptionPolicy {
        let policies = means.map { mean in
            let weights = (-2...2).map { exp(-pow(Double($0) - mean, 2) / 0.5) }
            return weights.map { $0 / weights.reduce(0, +) }
        }
        let options = means.count
        return try OptionPolicy(
            pairs: bandit().model.pairs, policies: policies,
            continuation: Array(repeating: 1, count: options),
            selector: Array(repeating: 1 / Double(options), count: options * options),
            firstSelector: first)
    }

    /// The four rooms, each ending led to a terminal state.
    static func fourRooms(goal: [Int] = [7, 9]) throws -> TabularModel {
        var configuration = FourRooms.Configuration()
        configuration.goal = goal
        let table = FourRooms(configuration).model
        var entries: [Transition] = []
        for state in 0..<table.states {
            for action in 0..<table.actions {
                for transition in table.transitions(state, action) {
                    entries.append(
                        Transition(
                            state: state, action: action,
                            next: transition.terminates ? table.states : transition.successor,
                            probability: transition.probability, reward: transition.reward))
                }
            }
        }
        return try TabularModel(
            states: table.states + 1, actions: table.actions, entries: entries,
            start: table.start + [0])
    }

    /// Central differences of a function, one a coordinate.
    static func slopes(
        _ point: [Double], width: Double = 1e-5, _ function: ([Double]) -> Double
    ) -> [Double] {
        point.indices.map { index in
            var (up, down) = (point, point)
            up[index] += width
            down[index] -= width
            return (function(up) - function(down)) / (2 * width)
        }
    }

    static func largest(_ differences: some Sequence<Double>) -> Double {
        differences.reduce(0) { max($0, abs($1)) }
    }
}
