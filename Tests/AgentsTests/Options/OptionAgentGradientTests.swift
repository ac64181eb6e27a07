import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistTorch
import Testing

/// The agent's own tensors against enumeration: its networks are tables, its batch is every
/// trajectory of three states over three steps. Its numbers are 32-bit floats.
@Suite struct OptionAgentGradientTests {
    private func exact(
        _ tables: OptionTables, _ form: ReverseForm, _ estimator: OptionEstimator,
        credit: OptionCredit? = nil
    ) -> [Double] {
        let policy = tables.logits.policy
        let reverse = ReverseModel(form, of: policy, in: tables.problem)
        return tables.logits.gradient(
            tables.problem.gradient(
                of: policy, estimator: estimator, reverse: reverse, credit: credit),
            policy: policy)
    }

    @Test func `every trajectory has the log marginal of enumeration`() throws {
        let tables = try OptionTables()
        #expect(tables.columns.count == 400)
        #expect(abs(tables.trajectories.weights.reduce(0, +) - 1) < 1e-12)
        let found = tables.evaluation.filter.logMarginal
        for (column, value) in zip(tables.columns, found) {
            var sum = 0.0
            tables.problem.forEachChoice(column.path, tables.logits.policy) { sum += exp($1) }
            #expect(abs(value - log(sum)) < 1e-5)
        }
    }

    @Test(arguments: [
        (OptionGradientEstimator.collapsed, OptionReverse.exact, -3.633240),
        (.reinforce, .exact, -3.633240), (.reinforce, .none, -4.242328),
    ])
    func `the terms of the bound`(
        _ estimator: OptionGradientEstimator, _ reverse: OptionReverse, _ expected: Double
    ) throws {
        let tables = try OptionTables(OptionTables.settings(estimator, reverse))
        let terms = try tables.learner.update(tables.trajectories).terms
        #expect(abs(tables.mean(terms.rewards) + 3.468851) < 1e-5)
        #expect(abs(tables.mean(terms.actionCosts) - 0.164389) < 1e-5)
        #expect(abs(tables.mean(terms.information) - 0.609089) < 1e-5)
        let value =
            tables.mean(terms.rewards) - tables.mean(terms.actionCosts)
            + tables.mean(terms.reverseGains)
        #expect(abs(value - expected) < 1e-5)
    }

    @Test(arguments: [0, 0.7]) func `options summed out: the gradient`(_ cost: Double) throws {
        let tables = try OptionTables(OptionTables.settings(cost: cost))
        tables.disturbValues()
        let found = tables.gradient(OptionCredits(collapsed: tables.evaluation))
        let expected = exact(tables, .exact, .collapsed)
        #expect(OptionTables.largestDifference(found, expected) < 1e-5)
    }

    @Test(arguments: [
        (OptionReverse.exact, ReverseForm.backward), (.forward, .forward), (.filtered, .forward),
        (.window(0), .window(0, isShared: true)), (.window(1), .window(1, isShared: false)),
        (.window(2), .window(2, isShared: false)), (.none, .none),
    ])
    func `sampled options: the gradient of the reverse model's own bound`(
        _ reverse: OptionReverse, _ form: ReverseForm
    ) throws {
        let tables = try OptionTables(OptionTables.settings(.reinforce, reverse, cost: 0.7))
        tables.disturbValues()
        let evaluation = tables.evaluation
        let factors =
            reverse == .exact
            ? evaluation.exactFactors : reverse == .none ? nil : tables.factors(form)
        let credits = OptionCredits(
            sampled: evaluation, reverse: factors, credit: OptionCredit(form),
            enumeratesOptions: false)
        let found = tables.gradient(credits)
        #expect(
            OptionTables.largestDifference(found, exact(tables, form, .reinforce)) < 2e-5)
    }

    @Test func `a credit that forgets earlier factors is biased`() throws {
        let tables = try OptionTables(OptionTables.settings(.reinforce, .forward))
        let forgetful = OptionCredits(
            sampled: tables.evaluation, reverse: tables.factors(.forward),
            credit: OptionCredit(optionReach: 0, actionReach: 0), enumeratesOptions: false)
        let bias = zip(tables.gradient(forgetful), exact(tables, .forward, .reinforce)).map(-)
        func largest(_ range: Range<Int>) -> Double {
            bias[range].reduce(0) { max($0, abs($1)) }
        }
        #expect(abs(largest(tables.logits.continuationRange) - 0.0474) < 6e-5)
        #expect(abs(largest(tables.logits.selectorRange) - 0.0388) < 6e-5)
    }

    /// Values that are the mean credit of each choice make the expectation over options exact.
    @Test func `the expectation over options has the same gradient`() throws {
        let tables = try OptionTables(OptionTables.settings(.enumerateOption, .forward))
        func credits() -> OptionCredits {
            OptionCredits(
                sampled: tables.evaluation, reverse: tables.factors(.forward),
                credit: OptionCredit(.forward), enumeratesOptions: true)
        }
        tables.set(
            tables.learner.networks.critic, Array(repeating: 0, count: 3 * 9))
        let targets = credits()
        var (sums, visits) = (Array(repeating: 0.0, count: 27), Array(repeating: 0.0, count: 27))
        let batch = tables.columns.count
        for step in 0..<3 {
            for (column, content) in tables.columns.enumerated() {
                let cell = 2 * (step * batch + column)
                let entry = content.path.states[step] * 9 + targets.fitted[cell]
                sums[entry] += tables.trajectories.weights[column] * targets.targets[cell]
                visits[entry] += tables.trajectories.weights[column]
            }
        }
        tables.set(
            tables.learner.networks.critic,
            zip(sums, visits).map { $1 == 0 ? 0 : Float($0 / $1) })
        let found = tables.gradient(credits())
        #expect(
            OptionTables.largestDifference(found, exact(tables, .forward, .reinforce)) < 2e-5)
    }

    @Test func `names of options mean nothing`() throws {
        let tables = try OptionTables()
        var swapped = tables.logits
        let pairs = swapped.pairs.count
        for index in 0..<pairs { swapped.values.swapAt(index, pairs + index) }
        for state in 0..<3 {
            let go = swapped.continuationRange.lowerBound + 2 * state
            swapped.values.swapAt(go, go + 1)
            let row = swapped.selectorRange.lowerBound + 4 * state
            swapped.values.swapAt(row, row + 3)
            swapped.values.swapAt(row + 1, row + 2)
        }
        let value = tables.evaluation.filter.logMarginal
        tables.setTables(swapped)
        #expect(
            OptionTables.largestDifference(value, tables.evaluation.filter.logMarginal) < 1e-5)
    }

    @Test func `one option is a policy without options`() throws {
        var logits = try OptionLogits(pairs: OptionTables.model().pairs, options: 1)
        logits.values.replaceSubrange(0..<6, with: [0.5, -0.5, 0.2, -0.2, -0.4, 0.4])
        let tables = try OptionTables(OptionTables.settings(options: 1), logits: logits)
        let terms = try tables.learner.update(tables.trajectories).terms
        let value = tables.mean(terms.rewards) - tables.mean(terms.actionCosts)
        #expect(abs(value + 3.559996) < 1e-5)
        tables.setTables(logits)
        let found = tables.gradient(OptionCredits(collapsed: tables.evaluation))
        for (index, slope) in [(0, -0.205075), (2, 0.042810), (4, 0.069410)] {
            #expect(abs(found[index] - slope) < 1e-5)
            #expect(abs(found[index + 1] + slope) < 1e-5)
        }
    }
}
