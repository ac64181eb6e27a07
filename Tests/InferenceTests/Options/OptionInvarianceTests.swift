import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// What must not change the bound with options, and what it must reduce to.
@Suite struct OptionInvarianceTests {
    private static let forms: [ReverseForm] = [
        .exact, .backward, .forward, .window(0, isShared: false), .window(1, isShared: true),
        .state(isShared: false), .uniform, .none,
    ]

    private func permuted(_ policy: OptionPolicy, by order: [Int]) throws -> OptionPolicy {
        let options = policy.options
        let (stop, selector) = (policy.logStop.map { exp($0) }, policy.logSelector.map { exp($0) })
        var continuation: [Double] = []
        var (selectors, first) = ([Double](), [Double]())
        for state in 0..<policy.pairs.states {
            for previous in order {
                continuation.append(1 - stop[state * options + previous])
                for option in order {
                    selectors.append(selector[(state * options + previous) * options + option])
                }
                first.append(exp(policy.logFirst[state * options + previous]))
            }
        }
        return try OptionPolicy(
            pairs: policy.pairs, policies: order.map { policy.logPolicies[$0].map { exp($0) } },
            continuation: continuation, selector: selectors, firstSelector: first)
    }

    @Test(arguments: forms)
    func `names of options do not matter`(_ form: ReverseForm) throws {
        let problem = try OptionFixtures.problem(horizon: 2)
        var logits = OptionLogits(pairs: problem.model.pairs, options: 3)
        var generator = Generator(seed: 8)
        for index in logits.values.indices { logits.values[index] = generator.normal() }
        let policy = logits.policy
        let bound = problem.bound(of: policy, reverse: form)
        for order in [[1, 0, 2], [2, 0, 1]] {
            let renamed = try permuted(policy, by: order)
            let other = problem.bound(of: renamed, reverse: form)
            #expect(abs(bound.value - other.value) < 1e-12)
            #expect(abs(bound.information[1] - other.information[1]) < 1e-12)
        }
    }

    @Test func `an option that never ends is one for the whole episode`() throws {
        let problem = try OptionFixtures.problem()
        let policy = try OptionFixtures.policy(continuation: Array(repeating: 1, count: 6))
        let models = [ReverseForm.exact, .backward, .forward].map {
            ReverseModel($0, of: policy, in: problem)
        }
        problem.forEachPath(policy) { path, _, _ in
            let weights = (0..<2).map { option in
                path.pairs.reduce(policy.logFirst[path.states[0] * 2 + option]) {
                    $0 + policy.logPolicies[option][$1]
                }
            }
            let total = logSumExp(weights)
            problem.forEachChoice(path, policy) { choices, _ in
                #expect(Set(choices).count == 1)
                for model in models {
                    let found = model.logFactors(path)(choices).reduce(0, +)
                    #expect(abs(found - weights[choices[0]] + total) < 1e-12)
                }
            }
        }
    }

    @Test func `options chosen afresh are told by their own step alone`() throws {
        let problem = try OptionFixtures.problem()
        let fresh = OptionFixtures.selector.indices.map { index in
            OptionFixtures.selector[index / 4 * 4 + index % 2]
        }
        let policy = try OptionFixtures.policy(
            continuation: Array(repeating: 0, count: 6), selector: fresh)
        let exact = problem.bound(of: policy)
        let window = problem.bound(of: policy, reverse: .window(0, isShared: false))
        #expect(abs(exact.value - window.value) < 1e-12)
        #expect(window.reversePrice < 1e-12)
        let state = problem.bound(of: policy, reverse: .state(isShared: false))
        #expect(state.reversePrice > 0.1)
    }

    @Test(arguments: forms) func `one option is no option`(_ form: ReverseForm) throws {
        let problem = try OptionFixtures.problem(rewardScale: 1.7)
        let table = OptionFixtures.policies[0]
        let policy = try OptionPolicy(
            pairs: problem.model.pairs, policies: [table], continuation: [0.3, 0.6, 0.1],
            selector: [1, 1, 1], firstSelector: [1, 1, 1])
        let flat = try SoftDynamicProgramming(problem.model, rewardScale: 1.7)
        let expected = try flat.bound(of: Array(repeating: table, count: 3))
        let bound = problem.bound(of: policy, reverse: form)
        #expect(abs(bound.value - expected) < 1e-12)
        let scores = problem.gradient(
            of: policy, estimator: .reinforce,
            reverse: ReverseModel(form, of: policy, in: problem))
        var logits = OptionLogits(pairs: problem.model.pairs, options: 1)
        for pair in table.indices { logits.values[pair] = log(table[pair]) }
        let gradient = try flat.gradient(logits: table.map { log($0) }, horizon: 3)
        let found = logits.gradient(scores, policy: logits.policy)
        #expect(OptionFixtures.largest(zip(gradient, found).map { $0 - $1 }) < 1e-12)
    }

    @Test func `wider windows tell more, and no bound passes the evidence`() throws {
        let problem = try OptionFixtures.problem()
        var generator = Generator(seed: 12)
        let evidence = try ControlInference(problem.model).infer(horizon: 3).logEvidence
        for _ in 0..<5 {
            var logits = OptionLogits(pairs: problem.model.pairs, options: 2)
            for index in logits.values.indices { logits.values[index] = 2 * generator.normal() }
            let policy = logits.policy
            let values = ([.state(isShared: false)] + (0...2).map { .window($0, isShared: false) })
                .map { problem.bound(of: policy, reverse: $0).value }
            let exact = problem.bound(of: policy)
            #expect(values == values.sorted())
            #expect(abs(values[3] - exact.value) < 1e-12)
            #expect(exact.value < evidence)
            #expect(exact.information.allSatisfy { $0 > 0 })
            #expect(problem.bound(of: policy, reverse: .none).value < exact.value)
            #expect(problem.bound(of: policy, reverse: .uniform).value < exact.value)
        }
    }

    @Test func `a trajectory ends in a terminal state`() throws {
        // State 1 ends everything; two steps of reward −1 or one of −1.5.
        let model = try TabularModel(
            dense: [[[0.5, 0.5], [0, 1]], []], rewards: [[-1, -1.5], []], start: [1, 0])
        let problem = try OptionProblem(model, horizon: 3)
        var logits = OptionLogits(pairs: model.pairs, options: 2)
        var generator = Generator(seed: 2)
        for index in logits.values.indices { logits.values[index] = generator.normal() }
        let policy = logits.policy
        let slopes = OptionFixtures.slopes(logits.values) { point in
            var moved = logits
            moved.values = point
            return problem.bound(of: moved.policy).value
        }
        let forward = ReverseModel(.forward, of: policy, in: problem)
        for estimator in OptionEstimator.allCases {
            let scores = problem.gradient(of: policy, estimator: estimator, reverse: forward)
            let gradient = logits.gradient(scores, policy: policy)
            #expect(OptionFixtures.largest(zip(gradient, slopes).map { $0 - $1 }) < 1e-8)
        }
        #expect(abs(problem.bound(of: policy, reverse: forward).reversePrice) < 1e-12)
    }

    @Test func `rewards of transitions`() throws {
        let entries = [
            Transition(state: 0, action: 0, next: 0, probability: 0.3, reward: 1),
            Transition(state: 0, action: 0, next: 1, probability: 0.7, reward: -1),
            Transition(state: 0, action: 1, next: 1, probability: 1, reward: 0.5),
            Transition(state: 1, action: 0, next: 0, probability: 1, reward: -2),
        ]
        let model = try TabularModel(states: 2, actions: 2, entries: entries, start: [1, 0])
        let problem = try OptionProblem(model, horizon: 3)
        var logits = OptionLogits(pairs: model.pairs, options: 1)
        logits.values[0] = 0.8
        let flat = try SoftDynamicProgramming(model)
        let law = flat.policy(logits: [0.8, 0, 0])
        let expected = try flat.bound(of: [law, law, law])
        #expect(abs(problem.bound(of: logits.policy).value - expected) < 1e-12)
    }

    @Test func `refusals name the table`() throws {
        let pairs = try OptionFixtures.model().pairs
        func make(
            policies: [[Double]] = OptionFixtures.policies,
            continuation: [Double] = OptionFixtures.continuation,
            selector: [Double] = OptionFixtures.selector,
            first: [Double] = Array(repeating: 0.5, count: 6)
        ) throws {
            _ = try OptionPolicy(
                pairs: pairs, policies: policies, continuation: continuation,
                selector: selector, firstSelector: first)
        }
        let noOptions = OptionPolicyError.noOptions
        #expect(throws: noOptions) { try make(policies: []) }
        #expect(noOptions.description == "a policy with options needs at least one option")
        let size = OptionPolicyError.tableSize(table: "continuation", found: 1, expected: 6)
        #expect(throws: size) { try make(continuation: [0.5]) }
        #expect(
            size.description == "the table of the continuation has 1 entries: 6 are expected")
        let sum = OptionPolicyError.sum(table: "first selector", row: 2, sum: 1.5)
        #expect(throws: sum) { try make(first: [0.5, 0.5, 0.5, 0.5, 0.5, 1]) }
        #expect(sum.description == "row 2 of the first selector sums to 1.5: it must sum to 1")
        let probability = OptionPolicyError.probability(
            table: "continuation", entry: 3, value: 1.5)
        #expect(throws: probability) { try make(continuation: [1, 1, 0, 1.5, 1, 1]) }
        #expect(
            probability.description
                == "probability 1.5 at entry 3 of the continuation: give a number from 0 to 1")
        let actions = OptionPolicyError.actions(option: 0, .count(found: 1, expected: 6))
        #expect(throws: actions) { try make(policies: [[1]]) }
        #expect(
            actions.description
                == "option 0: 1 action probabilities for 6 pairs of state and action")
    }
}
