import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistTorch
import Testing

/// Reverse models that are learned, on every trajectory of three states over three steps.
@Suite struct OptionReverseTests {
    /// The bound with a reverse network fitted to every trajectory by its probability.
    private func fittedBound(_ form: OptionReverse, steps: Int) throws -> Double {
        var settings = OptionTables.settings(.reinforce, form)
        settings.units = [24]
        settings.reverseRate = 0.03
        let tables = try OptionTables(OptionTables.settings(.reinforce, .exact))
        var generator = Generator(seed: 2)
        let learner = OptionReverseLearner(
            settings, kind: .discrete(2), features: 3, using: &generator)
        let reading = learner.reading(tables.evaluation)
        let chosen = learner.chosen(tables.trajectories)
        let columns = Tensor(tables.trajectories.weights.map { Float($0 / 3) })
        let weights = columns.unsqueezed(axis: 0).expanded([3, tables.columns.count])
        for _ in 0..<steps { _ = learner.fit(reading, chosen, weights: weights) }
        let factors = learner.logFactors(reading, chosen)
        return tables.columns.indices.reduce(0) { sum, column in
            let terms = tables.evaluation.terms(column, reverse: factors)
            return sum + tables.trajectories.weights[column] * terms.total
        }
    }

    /// The decimals are those of the best reverse model of each form; none can be above.
    @Test(arguments: [
        (OptionReverse.window(0), -3.983560), (.forward, -3.633240), (.backward, -3.633240),
        (.filtered, -3.633240),
    ])
    func `likelihood makes the bound tight`(_ form: OptionReverse, _ best: Double) throws {
        let value = try fittedBound(form, steps: 250)
        #expect(value < best + 1e-4)
        #expect(value > best - 0.01, "\(form.rawValue): \(value)")
    }

    @Test func `laws are normalized and see no more than their form`() throws {
        let tables = try OptionTables(OptionTables.settings(.reinforce, .exact))
        var generator = Generator(seed: 2)
        for form in [OptionReverse.window(1), .forward, .backward, .filtered] {
            var settings = OptionTables.settings(.reinforce, form)
            settings.units = [8]
            let learner = OptionReverseLearner(
                settings, kind: .discrete(2), features: 3, using: &generator)
            let reading = learner.reading(tables.evaluation)
            let chosen = learner.chosen(tables.trajectories)
            let leaf = chosen.requiringGradient()
            let laws = learner.network.logLaws(reading, options: leaf)
            #expect(laws.exp().sum(axis: 2).isClose(to: Tensor.ones([3, 400]), absolute: 1e-5))
            for step in 0..<3 {
                let slope = gradients(
                    of: laws.select(axis: 0, step).select(axis: 1, 0).sum(),
                    withRespectTo: [leaf], keepingGraph: true)[0].abs()
                let seen = (0..<3).map { slope.select(axis: 0, $0).sum().item() > 0 }
                let allowed = (0..<3).map { form == .backward ? $0 == step - 1 : $0 == step + 1 }
                #expect(seen == allowed, "\(form.rawValue) at step \(step)")
            }
        }
    }

    @Test func `padding behind a short episode changes nothing`() throws {
        var generator = Generator(seed: 3)
        for form in [OptionReverse.window(1), .forward, .backward] {
            var settings = OptionTables.settings(.reinforce, form)
            settings.units = [8]
            let learner = OptionLearner(
                settings, kind: .discrete(2), features: 3, using: &generator)
            func factors(_ padding: Int) -> [Double] {
                let steps = 2 + padding
                let states = [0, 2, 1] + Array(repeating: 1, count: padding)
                let trajectories = OptionTrajectories(
                    features: Tensor(states, shape: [steps + 1, 1]).oneHot(classes: 3),
                    actions: Tensor(
                        [1, 0] + Array(repeating: 0, count: padding), shape: [steps, 1]),
                    options: [1, 0] + Array(repeating: 0, count: padding),
                    rewards: Array(repeating: 0, count: steps), lengths: [2],
                    isTerminated: [true])
                let evaluation = OptionEvaluation(trajectories, learner.networks, settings)
                let reverse = learner.reverse!
                return Array(
                    reverse.logFactors(
                        reverse.reading(evaluation), reverse.chosen(trajectories)
                    ).prefix(2))
            }
            #expect(OptionTables.largestDifference(factors(0), factors(3)) < 1e-6)
        }
    }

    @Test func `forms have texts`() {
        for form in [
            OptionReverse.none, .exact, .backward, .forward, .filtered, .window(0), .window(4),
        ] {
            #expect(OptionReverse(rawValue: form.rawValue) == form)
        }
        for text in ["window", "window:", "window:-1", "window:65", "window:1:2", "Exact"] {
            #expect(OptionReverse(rawValue: text) == nil)
        }
    }

    @Test func `combinations without a meaning are refused`() throws {
        var settings = OptionAgentSettings()
        try settings.validate()
        settings.estimator = .reinforce
        settings.reverse = .backward
        #expect(
            throws: ConfigurationError.inconsistent(
                "a reverse model that is backward credits decisions with all earlier factors, "
                    + "which cannot be discounted: give the discount 1, or the reverse model "
                    + "forward, filtered, window:STEPS or none")
        ) { try settings.validate() }
        settings.discount = 1
        try settings.validate()
        settings.estimator = .gumbel
        settings.reverse = .filtered
        #expect(
            throws: ConfigurationError.inconsistent(
                "relaxed options have no exact filter: give the reverse model forward, backward, "
                    + "window:STEPS or none, or the estimator collapsed")
        ) { try settings.validate() }
    }
}
