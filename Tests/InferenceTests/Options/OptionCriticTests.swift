import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Options that are called and return: exact values and gradients.
@Suite struct OptionCriticTests {
    private let uniform = OptionSelection.uniform(states: 3, options: 2)

    private func values(
        _ logits: OptionLogits, cost: Double = 0, selection: OptionSelection? = nil
    ) throws -> OptionCriticValues {
        try OptionCriticValues(
            OptionFixtures.model(), policy: logits.policy, selection: selection ?? uniform,
            discount: 0.9, deliberationCost: cost)
    }

    @Test func `values and gradients of the three states`() throws {
        let values = try values(OptionFixtures.logits())
        #expect(abs(values.startValue + 9.810941) < 5.01e-7)
        let gradient = try values.gradient()
        let policies = [[0.075227, 0.030586, 0.068990], [0.093607, 0.030430, 0.401629]]
        for option in 0..<2 {
            for state in 0..<3 {
                let found = gradient.policies[option][2 * state]
                #expect(abs(found - policies[option][state]) < 5.01e-7)
                #expect(abs(gradient.policies[option][2 * state + 1] + found) < 1e-12)
            }
        }
        let termination = [-0.115986, 0.083252, -0.049898, 0.049948, -0.028311, 0.050638]
        for (found, expected) in zip(gradient.termination, termination) {
            #expect(abs(found - expected) < 5.01e-7)
        }
    }

    @Test(arguments: [0, 0.3]) func `gradients are finite differences`(_ cost: Double) throws {
        let logits = try OptionFixtures.logits()
        for selection in [uniform, .greedy] {
            let gradient = try values(logits, cost: cost, selection: selection).gradient()
            let slopes = OptionFixtures.slopes(logits.values) { point in
                var moved = logits
                moved.values = point
                return try! values(moved, cost: cost, selection: selection).startValue
            }
            // The continuation's logit is that of the termination, turned round.
            let found = gradient.policies.joined() + gradient.termination.map { -$0 }
            for (found, slope) in zip(found, slopes) { #expect(abs(found - slope) < 1e-6) }
        }
    }

    @Test func `the values solve their equations`() throws {
        let model = try OptionFixtures.model()
        for selection in [uniform, .greedy] {
            let values = try values(
                OptionFixtures.logits(), cost: 0.1, selection: selection)
            for state in 0..<3 {
                let ofState = values.optionValues[2 * state..<2 * state + 2]
                let mean = selection == .greedy ? ofState.max()! : ofState.reduce(0, +) / 2
                #expect(abs(values.values[state] - mean) < 1e-12)
                for option in 0..<2 {
                    let index = 2 * state + option
                    let stop = values.termination[index]
                    let arrival =
                        (1 - stop) * values.optionValues[index] + stop * (mean - 0.1)
                    #expect(abs(values.arrivalValues[index] - arrival) < 1e-12)
                    let range = model.pairs.range(of: state)
                    let expected = range.reduce(0) {
                        $0 + OptionFixtures.policies[option][$1]
                            * values.actionValues[option][$1]
                    }
                    #expect(abs(values.optionValues[index] - expected) < 1e-12)
                }
            }
        }
    }

    @Test func `one option that always ends is an actor-critic`() throws {
        let model = try OptionFixtures.model()
        let table = OptionFixtures.policies[0]
        let policy = try OptionPolicy(
            pairs: model.pairs, policies: [table], continuation: [0, 0, 0],
            selector: [1, 1, 1], firstSelector: [1, 1, 1])
        let values = try OptionCriticValues(
            model, policy: policy, selection: .greedy, discount: 0.9)
        let flat = try SoftDynamicProgramming(model, prior: .table(table))
        // Under its own prior a policy's divergence is zero: these are plain returns.
        let plain = try flat.evaluate(table, discount: 0.9)
        let occupancy = try flat.occupancy(of: table, discount: 0.9)
        let gradient = try values.gradient()
        #expect(OptionFixtures.largest(zip(plain, values.values).map { $0 - $1 }) < 1e-9)
        #expect(gradient.termination.allSatisfy { abs($0) < 1e-12 })
        for state in 0..<3 {
            for pair in model.pairs.range(of: state) {
                var q = model.rewards[pair]
                model.forEachSuccessor(of: pair) { q += 0.9 * $1 * plain[$0] }
                let expected = occupancy[state] * table[pair] * (q - plain[state])
                #expect(abs(gradient.policies[0][pair] - expected) < 1e-9)
            }
        }
    }

    @Test func `a regularizer pushes every option to go on`() throws {
        let values = try values(OptionFixtures.logits())
        let (plain, longer) = try (
            values.gradient(), values.gradient(terminationRegularizer: 0.5)
        )
        #expect(plain.policies == longer.policies)
        for (plain, longer) in zip(plain.termination, longer.termination) {
            #expect(longer < plain)
        }
    }
}
