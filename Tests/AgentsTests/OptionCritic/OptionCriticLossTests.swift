import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistTorch
import Testing

/// The option-critic's own loss on three states, with exact values in the place of returns.
@Suite struct OptionCriticLossTests {
    /// Rows are states; policies are those of the two known options, β is one minus their
    /// continuation, and options are chosen uniformly.
    private func slopes(
        _ logits: OptionLogits, selection: OptionSelection
    ) throws -> (policies: [Double], terminations: [Double], values: OptionCriticValues) {
        let model = try OptionTables.model()
        let (policy, options) = (logits.policy, logits.options)
        let values = try OptionCriticValues(
            model, policy: policy, selection: selection, discount: 0.9)
        let (acting, arriving) = try occupancies(model, policy, values)
        var (rows, chosen, actions) = ([Int](), [Int](), [Int]())
        var (advantages, weights) = ([Float](), [Float]())
        for state in 0..<3 {
            for option in 0..<options {
                for action in 0..<2 {
                    let pair = 2 * state + action
                    rows.append(state)
                    chosen.append(option)
                    actions.append(action)
                    advantages.append(
                        Float(
                            values.actionValues[option][pair]
                                - values.optionValues[state * options + option]))
                    weights.append(
                        Float(
                            acting[state * options + option]
                                * exp(policy.logPolicies[option][pair])))
                }
            }
        }
        let cells = 0..<3 * options
        let outputs = Tensor(
            (0..<3).flatMap { state in
                (0..<options).flatMap { option in
                    (0..<2).map { Float(policy.logPolicies[option][2 * state + $0]) }
                }
            }, shape: [3, 2 * options]
        ).requiringGradient()
        let stops = Tensor(
            cells.map { Float(policy.logStop[$0] - policy.logContinuation[$0]) },
            shape: [3, options]
        ).requiringGradient()
        let loss = OptionCriticLoss(
            OptionHeads(outputs, options: options, logDeviations: nil), terminations: stops,
            values: Tensor(values.optionValues.map { Float($0) }, shape: [3, options]),
            acting: .init(
                rows: Tensor(rows), options: Tensor(chosen), actions: Tensor(actions),
                advantages: Tensor(advantages),
                targets: OptionCriticLossTests.values(values, rows, chosen),
                weights: Tensor(weights)),
            arriving: .init(
                rows: Tensor(cells.map { $0 / options }),
                options: Tensor(cells.map { $0 % options }),
                advantages: Tensor(
                    cells.map {
                        Float(values.optionValues[$0] - values.values[$0 / options])
                    }), weights: Tensor(cells.map { Float(arriving[$0]) })),
            entropyWeight: 0, valueWeight: 1)
        #expect(abs(loss.critic.item()) < 1e-9)
        let found = gradients(of: loss.total, withRespectTo: [outputs, stops])
        return (found[0].doubles().map { -$0 }, found[1].doubles().map { -$0 }, values)
    }

    private static func values(
        _ values: OptionCriticValues, _ rows: [Int], _ options: [Int]
    ) -> Tensor {
        Tensor(
            zip(rows, options).map { Float(values.optionValues[$0 * values.policy.options + $1]) })
    }

    /// Discounted visits of states with the option that acts, and with the one that arrives, by
    /// summing steps until nothing is left.
    private func occupancies(
        _ model: TabularModel, _ policy: OptionPolicy, _ values: OptionCriticValues
    ) throws -> (acting: [Double], arriving: [Double]) {
        let options = policy.options
        var now = (0..<3 * options).map {
            model.start[$0 / options] * values.selection[$0]
        }
        var (acting, arriving) = (now, Array(repeating: 0.0, count: 3 * options))
        for _ in 0..<400 {
            var (arrived, next) = (arriving.map { _ in 0.0 }, arriving.map { _ in 0.0 })
            for cell in now.indices {
                for pair in model.pairs.range(of: cell / options) {
                    let share = 0.9 * now[cell] * exp(policy.logPolicies[cell % options][pair])
                    model.forEachSuccessor(of: pair) {
                        arrived[$0 * options + cell % options] += share * $1
                    }
                }
            }
            for cell in arrived.indices {
                let stop = exp(policy.logStop[cell])
                next[cell] += (1 - stop) * arrived[cell]
                for other in 0..<options {
                    let place = cell / options * options + other
                    next[place] += stop * values.selection[place] * arrived[cell]
                }
                arriving[cell] += arrived[cell]
            }
            for cell in next.indices { acting[cell] += next[cell] }
            now = next
        }
        return (acting, arriving)
    }

    @Test func `gradients of three states are those of finite differences elsewhere`() throws {
        let logits = try OptionTables.knownLogits()
        let found = try slopes(logits, selection: .uniform(states: 3, options: 2))
        #expect(abs(found.values.startValue + 9.810941) < 5.01e-7)
        let policies = [[0.075227, 0.030586, 0.068990], [0.093607, 0.030430, 0.401629]]
        for state in 0..<3 {
            for option in 0..<2 {
                let index = 4 * state + 2 * option
                #expect(abs(found.policies[index] - policies[option][state]) < 1e-5)
                #expect(abs(found.policies[index + 1] + policies[option][state]) < 1e-5)
            }
        }
        let terminations = [-0.115986, 0.083252, -0.049898, 0.049948, -0.028311, 0.050638]
        #expect(OptionTables.largestDifference(found.terminations, terminations) < 1e-5)
    }

    @Test func `one option that always ends is an actor-critic`() throws {
        var logits = try OptionLogits(pairs: OptionTables.model().pairs, options: 1)
        logits.values.replaceSubrange(0..<6, with: [0.5, -0.5, 0.2, -0.2, -0.4, 0.4])
        for index in logits.continuationRange { logits.values[index] = -40 }
        let found = try slopes(logits, selection: .greedy)
        // The gradient of the plain return of the same policy.
        let model = try OptionTables.model()
        func value(_ point: [Double]) throws -> Double {
            let policy = stride(from: 0, to: 6, by: 2).flatMap { row in
                let total = log(exp(point[row]) + exp(point[row + 1]))
                return [exp(point[row] - total), exp(point[row + 1] - total)]
            }
            return try SoftDynamicProgramming(model, objective: .hard)
                .bound(of: policy, discount: 0.9)
        }
        let point = Array(logits.values[0..<6])
        for index in 0..<6 {
            var (up, down) = (point, point)
            up[index] += 1e-5
            down[index] -= 1e-5
            let slope = (try value(up) - value(down)) / 2e-5
            #expect(abs(found.policies[index] - slope) < 1e-5)
        }
        #expect(found.terminations.allSatisfy { abs($0) < 1e-6 })
    }
}
