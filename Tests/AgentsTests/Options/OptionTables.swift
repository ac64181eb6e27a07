import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistTorch

/// Three states and two options as tables: the networks of the agent are linear in one-hot states,
/// and every trajectory is a column with its probability as weight.
struct OptionTables {
    let problem: OptionProblem
    let logits: OptionLogits
    let learner: OptionLearner
    let trajectories: OptionTrajectories
    /// Each column as the exact room has it.
    let columns: [(path: OptionPath, options: [Int])]
    private let states: Int

    static func model() throws -> TabularModel {
        try TabularModel(
            dense: [
                [[0.8, 0.2, 0], [0.1, 0.6, 0.3]], [[0.5, 0.4, 0.1], [0, 0.3, 0.7]],
                [[0.2, 0.2, 0.6], [0.6, 0, 0.4]],
            ],
            rewards: [[-1, -2], [-0.5, -1.5], [0, -0.3]], start: [1, 0, 0])
    }

    /// The logits of the two known options.
    static func knownLogits() throws -> OptionLogits {
        var logits = try OptionLogits(pairs: model().pairs, options: 2)
        let policies = [0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.2, 0.8, 0.1, 0.9, 0.4, 0.6]
        let continuation = [0.7, 0.5, 0.6, 0.8, 0.4, 0.9]
        let selector = [0.5, 0.5, 0.3, 0.7, 0.6, 0.4, 0.5, 0.5, 0.2, 0.8, 0.9, 0.1]
        logits.values =
            policies.map { log($0) } + continuation.map { log($0 / (1 - $0)) }
            + selector.map { log($0) } + Array(repeating: log(0.5), count: 6)
        return logits
    }

    static func settings(
        _ estimator: OptionGradientEstimator = .collapsed, _ reverse: OptionReverse = .exact,
        options: Int = 2, cost: Double = 0
    ) -> OptionAgentSettings {
        var settings = OptionAgentSettings()
        settings.estimator = estimator
        settings.reverse = reverse
        settings.options = options
        settings.units = []
        settings.rewardScale = 1
        settings.discount = 1
        settings.lambda = 1
        settings.deliberationCost = cost
        return settings
    }

    init(
        _ settings: OptionAgentSettings = settings(), logits: OptionLogits? = nil,
        problem given: OptionProblem? = nil
    ) throws {
        let logits = try logits ?? Self.knownLogits()
        let problem =
            try given
            ?? OptionProblem(
                Self.model(), horizon: 3, deliberationCost: settings.deliberationCost)
        var generator = Generator(seed: 4)
        let states = logits.pairs.states
        learner = OptionLearner(
            settings, kind: .discrete(logits.pairs.actions), features: states, using: &generator)
        (self.problem, self.logits, self.states) = (problem, logits, states)
        let policy = logits.policy
        var columns: [(path: OptionPath, options: [Int])] = []
        var weights: [Double] = []
        problem.forEachPath(policy) { path, _, logDynamics in
            problem.forEachChoice(path, policy) { choices, logProbability in
                columns.append((path, choices))
                weights.append(exp(logDynamics + logProbability))
            }
        }
        self.columns = columns
        let batch = columns.count
        let steps = problem.horizon
        func rows<Value>(_ value: (Int, Int) -> Value) -> [Value] {
            (0..<steps * batch).map { value($0 / batch, $0 % batch) }
        }
        let seen = (0..<(steps + 1) * batch).map { cell in
            columns[cell % batch].path.states[
                min(cell / batch, columns[cell % batch].path.states.count - 1)]
        }
        trajectories = OptionTrajectories(
            features: Tensor(seen, shape: [steps + 1, batch]).oneHot(classes: states),
            actions: Tensor(
                rows { Int(logits.pairs.actionOf[columns[$1].path.pairs[$0]]) },
                shape: [steps, batch]),
            options: rows { columns[$1].options[$0] },
            rewards: rows { problem.model.rewards[columns[$1].path.pairs[$0]] },
            lengths: Array(repeating: steps, count: batch),
            isTerminated: Array(repeating: true, count: batch), weights: weights)
        setTables(logits)
    }

    /// Writes logits into the networks.
    func setTables(_ logits: OptionLogits) {
        let (options, actions) = (logits.options, logits.pairs.actions)
        var policies: [Float] = []
        var selection: [Float] = []
        for state in 0..<states {
            for option in 0..<options {
                for action in 0..<actions {
                    let place = (option * states + state) * actions + action
                    policies.append(Float(logits.values[place]))
                }
            }
            for part in parts(logits) {
                selection += logits.values[part(state)].map { Float($0) }
            }
        }
        set(learner.networks.policies, policies)
        set(learner.networks.selection, selection)
    }

    private func parts(_ logits: OptionLogits) -> [(Int) -> Range<Int>] {
        let options = logits.options
        func rows(_ start: Int, _ width: Int) -> (Int) -> Range<Int> {
            { start + $0 * width..<start + ($0 + 1) * width }
        }
        return [
            rows(logits.continuationRange.lowerBound, options),
            rows(logits.selectorRange.lowerBound, options * options),
            rows(logits.selectorRange.upperBound, options),
        ]
    }

    func set(_ network: FusedNetwork, _ weights: [Float]) {
        network.parameters[0].tensor.detached().assign(weights)
        network.parameters[1].tensor.detached().fill(0)
    }

    /// The gradient of the agent's surrogate by the logits, in their order.
    func gradient(_ credits: OptionCredits) -> [Double] {
        let rows = trajectories.rows
        let features = trajectories.features.flattened(from: 0, to: 1).indexSelect(
            axis: 0, rows)
        let networks = [learner.networks.policies, learner.networks.selection]
        let outputs = networks.map { $0(features).squeezed(axis: 0) }
        let loss = learner.surrogate(trajectories, credits, outputs, rows: rows)
        let found = gradients(of: loss, withRespectTo: networks.map { $0.parameters[0].tensor })
        let (policies, selection) = (found[0].doubles(), found[1].doubles())
        let (options, actions) = (logits.options, logits.pairs.actions)
        var result = Array(repeating: 0.0, count: logits.values.count)
        for state in 0..<states {
            for option in 0..<options {
                for action in 0..<actions {
                    let place = (option * states + state) * actions + action
                    result[place] = -policies[(state * options + option) * actions + action]
                }
            }
            var offset = state * options * (options + 2)
            for part in parts(logits) {
                for index in part(state) {
                    result[index] = -selection[offset]
                    offset += 1
                }
            }
        }
        return result
    }

    var evaluation: OptionEvaluation {
        OptionEvaluation(trajectories, learner.networks, learner.settings)
    }

    /// Values that no one fitted: they must not matter to expectations.
    func disturbValues() {
        var generator = Generator(seed: 8)
        let weights = learner.networks.critic.parameters[0].tensor
        set(
            learner.networks.critic,
            (0..<weights.count).map { _ in Float(generator.normal()) })
    }

    /// Σ over columns of weight and a term of each step; terms come column by column.
    func mean(_ terms: [Double]) -> Double {
        let steps = problem.horizon
        return terms.indices.reduce(0) { $0 + trajectories.weights[$1 / steps] * terms[$1] }
    }

    /// log q̃_t of the exact room's reverse model, `[T, B]`.
    func factors(_ form: ReverseForm) -> [Double] {
        let reverse = ReverseModel(form, of: logits.policy, in: problem)
        let ofColumns = columns.map { reverse.logFactors($0.path)($0.options) }
        return (0..<problem.horizon).flatMap { step in ofColumns.map { $0[step] } }
    }

    static func largestDifference(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
}
