import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistTorch
import Testing

/// Small problems whose best bound is known, learned by the agent's updates.
@Suite struct OptionLearningTests {
    private func logNormal(_ value: Double, _ mean: Double) -> Double {
        let scaled = (value - mean) / 0.3
        return -0.5 * scaled * scaled - log(0.3) - 0.5 * log(2 * Double.pi)
    }

    /// Two Gaussian options on a line whose exponentiated reward has two peaks and integral one:
    /// the mean of the bound over the last tenth of the updates.
    private func twoPeaks(
        _ estimator: OptionGradientEstimator, _ reverse: OptionReverse, updates: Int
    ) throws -> Double {
        var settings = OptionTables.settings(estimator, reverse)
        settings.prior = .lebesgue
        settings.learningRate = 0.03
        settings.valueSteps = 1
        settings.valueRate = 0.02
        var generator = Generator(seed: 1)
        let learner = OptionLearner(
            settings, kind: .continuous(width: 1, isBounded: false), features: 1,
            using: &generator)
        let networks = learner.networks
        for (network, weights) in [
            (networks.policies, [-0.5, 0.5]), (networks.selection, Array(repeating: 0, count: 8)),
        ] as [(FusedNetwork, [Float])] {
            network.parameters[0].tensor.detached().assign(weights)
            network.parameters[1].tensor.detached().fill(0)
        }
        let (batch, ones) = (128, Tensor.ones([128, 1]))
        var last: [Double] = []
        for update in 0..<updates {
            let laws = networks.laws(ones)
            let first = laws.logFirst.exp().slice(axis: 0, 0..<1).doubles()
            let options = (0..<batch).map { _ in generator.categorical(first) }
            let actions = laws.heads.actions(of: Tensor(options)).sample(using: &generator)
            let rewards = actions.doubles().map {
                log(0.5 * (exp(logNormal($0, -2)) + exp(logNormal($0, 2))) + 1e-300)
            }
            learner.learningRate = 0.03 * (1 - Double(update) / Double(updates))
            let terms = try learner.update(
                OptionTrajectories(
                    features: Tensor.ones([2, batch, 1]),
                    actions: actions.reshaped([1, batch, 1]), options: options, rewards: rewards,
                    lengths: Array(repeating: 1, count: batch),
                    isTerminated: Array(repeating: true, count: batch))
            ).terms
            if update >= updates - updates / 10 { last.append(terms.bound.total!) }
        }
        return last.reduce(0, +) / Double(last.count)
    }

    @Test func `two peaks: options that are summed out lose nothing`() throws {
        #expect(try twoPeaks(.collapsed, .exact, updates: 1000) > -0.01)
    }

    @Test func `two peaks: without a reverse model one option is left`() throws {
        let value = try twoPeaks(.reinforce, .none, updates: 1000)
        #expect(abs(value + log(2)) < 0.02, "\(value)")
    }

    /// Five actions, rewards at both ends, options softmax(−(a − m)² / 0.5) with means of their own:
    /// exact ascent through the agent's credits and surrogate.
    private func bandit(_ estimator: OptionGradientEstimator) throws -> (Double, [Double]) {
        let model = try TabularModel(
            dense: [Array(repeating: [1.0], count: 5)], rewards: [[0, -3, -4, -3, 0]], start: [1])
        let problem = try OptionProblem(model, horizon: 1)
        let settings = OptionTables.settings(estimator, .none)
        let means = Tensor([-1.5, 1.2] as [Float]).requiringGradient()
        let selection = Tensor([0.1, 0] as [Float]).requiringGradient()
        let optimizer = Adam(
            [NamedTensor("means", means), NamedTensor("selection", selection)],
            learningRate: 0.06)
        let places = Tensor((-2...2).map { Float($0) })
        var value = 0.0
        for step in 0..<250 {
            optimizer.learningRate = 0.06 * (1 - Double(step) / 250)
            let outputs = (places - means.unsqueezed(axis: 1)).square() * -2
            var logits = OptionLogits(pairs: model.pairs, options: 2)
            logits.values.replaceSubrange(0..<10, with: outputs.doubles())
            let first = logits.selectorRange.upperBound
            logits.values.replaceSubrange(first..<first + 2, with: selection.doubles())
            let tables = try OptionTables(settings, logits: logits, problem: problem)
            let evaluation = tables.evaluation
            let credits =
                estimator == .collapsed
                ? OptionCredits(collapsed: evaluation)
                : OptionCredits(
                    sampled: evaluation, reverse: nil, credit: OptionCredit(ReverseForm.none),
                    enumeratesOptions: false)
            value =
                problem.bound(
                    of: logits.policy, reverse: estimator == .collapsed ? .exact : .none
                ).value
            let rows = tables.trajectories.rows
            let loss = tables.learner.surrogate(
                tables.trajectories, credits,
                [
                    outputs.reshaped([1, 10]).expanded([10, 10]),
                    Tensor.concatenated([Tensor.zeros([6]), selection]).unsqueezed(axis: 0)
                        .expanded([10, 8]),
                ], rows: rows)
            optimizer.step(gradients(of: loss, withRespectTo: [means, selection]))
        }
        return (value, means.doubles())
    }

    @Test func `a bandit of five actions with options around a mean`() throws {
        let (value, means) = try bandit(.collapsed)
        #expect(abs(value + 0.867428) < 1e-5)
        #expect(abs(abs(means[0]) - 2.2475) < 1e-3 && abs(abs(means[1]) - 2.2475) < 1e-3)
        let (single, _) = try bandit(.reinforce)
        #expect(abs(single + 1.560545) < 1e-3, "\(single)")
    }
}
