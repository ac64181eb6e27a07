import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Gradients of the bound with options, enumerated, against finite differences.
@Suite struct OptionGradientTests {
    /// Derivatives by the logits of the mixture's rows and of the options' policies, two a row.
    private func byRows(
        _ scores: OptionScores, _ policy: OptionPolicy
    ) -> (options: [Double], actions: [Double]) {
        func softmax(_ scores: [Double], _ logs: [Double]) -> [Double] {
            scores.indices.map { index in
                let row = index / 2 * 2
                return scores[index] - exp(logs[index]) * (scores[row] + scores[row + 1])
            }
        }
        return (
            softmax(scores.transitions, policy.logTransitions),
            (0..<2).flatMap { softmax(scores.policies[$0], policy.logPolicies[$0]) }
        )
    }

    private func difference(_ left: [Double], _ right: [Double]) -> Double {
        OptionFixtures.largest(zip(left, right).map { $0 - $1 })
    }

    private func value(
        _ problem: OptionProblem, _ logits: OptionLogits, _ form: ReverseForm
    ) -> ([Double]) -> Double {
        { point in
            var moved = logits
            moved.values = point
            return problem.bound(of: moved.policy, reverse: form).value
        }
    }

    @Test(arguments: [
        ReverseForm.exact, .backward, .forward, .window(2, isShared: false),
    ])
    func `credited scores have the gradient of the exact bound`(_ form: ReverseForm) throws {
        let (problem, logits) = try (OptionFixtures.problem(), OptionFixtures.logits())
        let policy = logits.policy
        let slopes = OptionFixtures.slopes(logits.values, value(problem, logits, .exact))
        let reverse = ReverseModel(form, of: policy, in: problem)
        let collapsed = problem.gradient(of: policy, estimator: .collapsed, reverse: reverse)
        for estimator in OptionEstimator.allCases {
            let scores = problem.gradient(of: policy, estimator: estimator, reverse: reverse)
            #expect(difference(logits.gradient(scores, policy: policy), slopes) < 1e-6)
            let (rows, exact) = (byRows(scores, policy), byRows(collapsed, policy))
            #expect(difference(rows.options, exact.options) < 1e-10)
            #expect(difference(rows.actions, exact.actions) < 1e-10)
        }
    }

    @Test(arguments: [
        ReverseForm.window(0, isShared: false), .window(1, isShared: false),
        .window(0, isShared: true), .state(isShared: false), .uniform, .none,
    ])
    func `other forms have the gradient of their own bound`(_ form: ReverseForm) throws {
        let (problem, logits) = try (OptionFixtures.problem(), OptionFixtures.logits())
        let policy = logits.policy
        let slopes = OptionFixtures.slopes(logits.values, value(problem, logits, form))
        let reverse = ReverseModel(form, of: policy, in: problem)
        for estimator in [OptionEstimator.reinforce, .enumerateOption] {
            let scores = problem.gradient(of: policy, estimator: estimator, reverse: reverse)
            #expect(difference(logits.gradient(scores, policy: policy), slopes) < 1e-6)
        }
    }

    @Test(arguments: [(ReverseForm.forward, 0.0576, 0), (.backward, 0.0278, 0.0200)])
    func `a reward-to-go that forgets earlier factors is biased`(
        _ form: ReverseForm, _ options: Double, _ actions: Double
    ) throws {
        let (problem, policy) = try (OptionFixtures.problem(), OptionFixtures.policy())
        let reverse = ReverseModel(form, of: policy, in: problem)
        let right = byRows(
            problem.gradient(of: policy, estimator: .reinforce, reverse: reverse), policy)
        let wrong = byRows(
            problem.gradient(
                of: policy, estimator: .reinforce, reverse: reverse,
                credit: OptionCredit(optionReach: 0, actionReach: 0)), policy)
        #expect(abs(difference(right.options, wrong.options) - options) < 5e-5)
        #expect(abs(difference(right.actions, wrong.actions) - actions) < 5e-5)
    }

    @Test(arguments: [
        (ReverseForm.forward, 0.0474, 0.0388), (.backward, 0.0229, 0.0190),
    ])
    func `the same bias by the logits of continuation and selector`(
        _ form: ReverseForm, _ first: Double, _ second: Double
    ) throws {
        let (problem, logits) = try (OptionFixtures.problem(), OptionFixtures.logits())
        let policy = logits.policy
        let reverse = ReverseModel(form, of: policy, in: problem)
        func gradient(_ credit: OptionCredit?) -> [Double] {
            logits.gradient(
                problem.gradient(
                    of: policy, estimator: .reinforce, reverse: reverse, credit: credit),
                policy: policy)
        }
        let (right, wrong) = (
            gradient(nil), gradient(OptionCredit(optionReach: 0, actionReach: 0))
        )
        func bias(_ range: Range<Int>) -> Double {
            difference(Array(right[range]), Array(wrong[range]))
        }
        #expect(abs(bias(logits.continuationRange) - first) < 5e-5)
        #expect(abs(bias(logits.selectorRange) - second) < 5e-5)
    }

    @Test func `deliberation is charged, and its gradient is exact`() throws {
        let problem = try OptionProblem(
            OptionFixtures.model(), horizon: 3, deliberationCost: 0.7)
        let free = try OptionFixtures.problem()
        let logits = try OptionFixtures.logits()
        let policy = logits.policy
        let bound = problem.bound(of: policy)
        var endings = 0.0
        problem.forEachPath(policy) { path, _, logDynamics in
            problem.forEachChoice(path, policy) { choices, logProbability in
                for t in 1..<3 {
                    let row = path.states[t] * 2 + choices[t - 1]
                    endings +=
                        exp(logDynamics + logProbability) * (1 - OptionFixtures.continuation[row])
                }
            }
        }
        #expect(abs(bound.deliberation - 0.7 * endings) < 1e-12)
        #expect(abs(free.bound(of: policy).value - bound.value - 0.7 * endings) < 1e-12)
        #expect(bound.bound(rewardScale: 1).extras.map(\.name) == ["reverseModel", "deliberation"])
        let slopes = OptionFixtures.slopes(logits.values, value(problem, logits, .exact))
        let reverse = ReverseModel(.forward, of: policy, in: problem)
        for estimator in OptionEstimator.allCases {
            let scores = problem.gradient(of: policy, estimator: estimator, reverse: reverse)
            #expect(difference(logits.gradient(scores, policy: policy), slopes) < 1e-6)
        }
    }

    @Test func `credits by hand`() {
        let terms = OptionCredit.Terms(
            rewards: [1, 2, 4], actions: [0.1, 0.2, 0.3], options: [0.5, 0.25, 0.125],
            reverse: [-1, -2, -3])
        let forward = OptionCredit(.forward).returns(terms)
        #expect(difference(forward.options, [-0.475, -0.875, -1.425]) < 1e-12)
        #expect(difference(forward.actions, [0.025, 0.375, 0.7]) < 1e-12)
        let all = OptionCredit(.exact).returns(terms)
        #expect(difference(all.options, [-0.475, -0.875, -2.425]) < 1e-12)
        let halved = OptionCredit(.forward).returns(terms, discount: 0.5)
        let last = 4 - 0.3 - 0.125
        let middle = 2 - 0.2 - 0.25 + 0.5 * last
        #expect(abs(halved.options[2] - (last - 3 - 2 / 0.5)) < 1e-12)
        #expect(abs(halved.options[1] - (middle - 2 - 1.5 - 1 / 0.5)) < 1e-12)
        #expect(abs(halved.actions[1] - (middle + 0.25 - 2 - 1.5)) < 1e-12)
    }

    @Test func `the logits of a policy give it back`() throws {
        let (policy, again) = try (OptionFixtures.policy(), OptionFixtures.logits().policy)
        #expect(difference(policy.logTransitions, again.logTransitions) < 1e-12)
        #expect(difference(policy.logFirst, again.logFirst) < 1e-12)
        #expect(difference(policy.logPolicies[1], again.logPolicies[1]) < 1e-12)
    }

    @Test func `the exact gradient climbs to the best of a bandit`() throws {
        let problem = try OptionFixtures.bandit()
        var logits = OptionLogits(pairs: problem.model.pairs, options: 2)
        var generator = Generator(seed: 1)
        logits.perturb(deviation: 0.5, using: &generator)
        let evidence = try ControlInference(problem.model).infer(horizon: 1).logEvidence
        let best = problem.maximize(from: logits)
        #expect(abs(best.bound.value - evidence) < 1e-9)
        let none = problem.maximize(from: logits, reverse: .none)
        #expect(abs(none.bound.value - evidence) < 1e-9)
        // Free policies need no second option: nothing is lost by telling none.
        #expect(none.bound.information[0] < 1e-6)
    }
}
