import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Numbers of the bound with options on the model of three states, by enumeration elsewhere.
@Suite struct OptionBoundNumbersTests {
    private func isClose(_ value: Double, _ expected: Double) -> Bool {
        abs(value - expected) < 5.01e-7
    }

    @Test func `there are four hundred trajectories with options`() throws {
        let (problem, policy) = try (OptionFixtures.problem(), OptionFixtures.policy())
        var (count, total) = (0, 0.0)
        problem.forEachPath(policy) { path, _, logDynamics in
            problem.forEachChoice(path, policy) { _, logProbability in
                count += 1
                total += exp(logDynamics + logProbability)
            }
        }
        #expect(count == 400)
        #expect(abs(total - 1) < 1e-12)
    }

    @Test func `the mixture is one law, and stays with more than the continuation`() throws {
        let policy = try OptionFixtures.policy()
        let first = (0..<3).map { state in
            (0..<2).map { policy.law(state: state, previous: $0)[0] }
        }
        for (found, expected) in zip(first.joined(), [0.85, 0.15, 0.84, 0.1, 0.52, 0.09]) {
            #expect(abs(found - expected) < 1e-12)
        }
        for state in 0..<3 {
            for previous in 0..<2 {
                let go = OptionFixtures.continuation[state * 2 + previous]
                let again = OptionFixtures.selector[(state * 2 + previous) * 2 + previous]
                let stays = policy.law(state: state, previous: previous)[previous]
                #expect(abs(stays - go - (1 - go) * again) < 1e-12)
                #expect(stays > go)
            }
        }
    }

    @Test func `how often an option stays, counted over trajectories`() throws {
        let (problem, policy) = try (OptionFixtures.problem(), OptionFixtures.policy())
        var (visits, stays) = (
            Array(repeating: 0.0, count: 6), Array(repeating: 0.0, count: 6)
        )
        problem.forEachPath(policy) { path, filter, logDynamics in
            let weight = exp(logDynamics + filter.logMarginal[0])
            let posterior = filter.pairPosterior
            for t in 1..<path.steps {
                for previous in 0..<2 {
                    let row = path.states[t] * 2 + previous
                    let entries = (t * 2 + previous) * 2..<(t * 2 + previous) * 2 + 2
                    visits[row] += weight * posterior[entries].reduce(0, +)
                    stays[row] += weight * posterior[entries.lowerBound + previous]
                }
            }
        }
        let expected = [0.85, 0.85, 0.84, 0.9, 0.52, 0.91]
        for row in 0..<6 { #expect(abs(stays[row] / visits[row] - expected[row]) < 1e-12) }
    }

    @Test func `every term of the bound`() throws {
        let (problem, policy) = try (OptionFixtures.problem(), OptionFixtures.policy())
        let exact = problem.bound(of: policy)
        #expect(isClose(exact.reward, -3.468851))
        #expect(isClose(exact.optionConsistency, 0.773477))
        #expect(isClose(exact.actionConsistency, 0.164389))
        #expect(isClose(exact.value, -3.633240))
        #expect(exact.reversePrice == 0)
        let information = [0.275396, 0.187065, 0.146628]
        for (found, expected) in zip(exact.information, information) {
            #expect(isClose(found, expected))
        }
        #expect(isClose(exact.information.reduce(0, +), 0.609089))
        let none = problem.bound(of: policy, reverse: .none)
        #expect(isClose(none.value, -4.242328))
        #expect(
            abs(exact.value - none.value - exact.information.reduce(0, +)) < 1e-12)
        #expect(
            abs(none.value - none.reward + none.optionConsistency) < 1e-12)
        let evidence = try ControlInference(problem.model).infer(horizon: 3).logEvidence
        #expect(isClose(evidence, -3.237722))
        let record = none.bound(rewardScale: 1)
        #expect(abs(record.total! - none.value) < 1e-12)
        #expect(record.terms.map(\.name) == ["reward", "actionConsistency", "reverseModel"])
    }

    @Test(arguments: [
        (ReverseForm.backward, -3.633240), (.forward, -3.633240), (.uniform, -4.849083),
        (.window(0, isShared: false), -3.967230), (.window(1, isShared: false), -3.639821),
        (.window(2, isShared: false), -3.633240), (.state(isShared: false), -4.651570),
        (.window(0, isShared: true), -3.983560), (.state(isShared: true), -4.683986),
    ])
    func `each form of reverse model`(_ form: ReverseForm, _ expected: Double) throws {
        let (problem, policy) = try (OptionFixtures.problem(), OptionFixtures.policy())
        let reverse = ReverseModel(form, of: policy, in: problem)
        let bound = problem.bound(of: policy, reverse: reverse)
        #expect(isClose(bound.value, expected))
        // The same bound from its first form: the mean of the terms along trajectories.
        var mean = 0.0
        problem.forEachPath(policy) { path, _, logDynamics in
            let factors = reverse.logFactors(path)
            problem.forEachChoice(path, policy) { choices, logProbability in
                mean +=
                    exp(logDynamics + logProbability)
                    * problem.terms(
                        path, options: choices, policy: policy, reverse: factors(choices)
                    ).total
            }
        }
        #expect(abs(bound.value - mean) < 1e-12)
    }

    @Test func `reverse models are normalized`() throws {
        let (problem, policy) = try (OptionFixtures.problem(), OptionFixtures.policy())
        let forms: [ReverseForm] = [
            .exact, .backward, .forward, .window(0, isShared: true),
            .window(1, isShared: false), .window(2, isShared: false), .state(isShared: true),
            .uniform, .none,
        ]
        for form in forms {
            let reverse = ReverseModel(form, of: policy, in: problem)
            problem.forEachPath(policy) { path, _, _ in
                let factors = reverse.logFactors(path)
                var sum = 0.0
                problem.forEachChoice(path, policy) { choices, _ in
                    sum += exp(factors(choices).reduce(0, +))
                }
                #expect(abs(sum - 1) < 1e-12, "\(form)")
            }
        }
    }

    @Test func `two peaks in a bandit of five actions`() throws {
        let problem = try OptionFixtures.bandit()
        let evidence = try ControlInference(problem.model).infer(horizon: 1).logEvidence
        #expect(isClose(evidence, -0.859018))
        let policy = try OptionFixtures.banditPolicy(means: [-2.2475, 2.2475], first: [0.5, 0.5])
        #expect(isClose(problem.bound(of: policy).value, -0.867428))
        let single = try OptionFixtures.banditPolicy(means: [-2.2472, 0], first: [1, 0])
        #expect(isClose(problem.bound(of: single, reverse: .none).value, -1.560545))
        #expect(isClose(problem.bound(of: single).value, -1.560545))
        // Both are where no small change of means and selector helps.
        func slope(_ point: [Double], _ form: ReverseForm) throws -> [Double] {
            let policies = try point.indices.flatMap { index in
                try [1e-4, -1e-4].map { change in
                    var moved = point
                    moved[index] += change
                    let share = 1 / (1 + exp(-moved[2]))
                    return try OptionFixtures.banditPolicy(
                        means: [moved[0], moved[1]], first: [share, 1 - share])
                }
            }
            let values = policies.map { problem.bound(of: $0, reverse: form).value }
            return point.indices.map { (values[2 * $0] - values[2 * $0 + 1]) / 2e-4 }
        }
        let slopes = try slope([-2.2475, 2.2475, 0], .exact) + slope([-2.2472, 2.2472, 0], .none)
        #expect(slopes.allSatisfy { abs($0) < 1.6e-5 })
        // Without a reverse model a mixture is worth no more than its best option.
        let mixed = problem.bound(of: policy, reverse: .none).value
        #expect(isClose(mixed, -1.560545))
    }
}
