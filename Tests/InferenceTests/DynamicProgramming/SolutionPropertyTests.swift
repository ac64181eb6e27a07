import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Promises of the solvers that no single decimal shows: certified errors, monotone improvement,
/// ties, and what careless conventions would cost.
@Suite struct SolutionPropertyTests {
    private func program(
        scale: Double = 1, prior: ActionPrior = ModelFixtures.threePrior
    ) throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(ModelFixtures.three(), rewardScale: scale, prior: prior)
    }

    @Test(arguments: [1e-1, 1e-3, 1e-6], [SoftDynamicProgramming.Objective.soft, .hard])
    func `the certified error holds the truth`(
        tolerance: Double, objective: SoftDynamicProgramming.Objective
    ) throws {
        for model in [
            try ModelFixtures.random(states: 40, actions: 4, successors: 3, seed: 12),
            try ModelFixtures.forest(), try ModelFixtures.grid(5),
        ] {
            let program = try SoftDynamicProgramming(model, rewardScale: 2, objective: objective)
            let exact = try program.solve(
                discount: 0.95, method: .policyIteration, stopping: .init(tolerance: 1e-12)
            ).values
            for method in [
                SoftDynamicProgramming.Method.valueIteration,
                .modifiedPolicyIteration(evaluationSweeps: 5),
            ] {
                let rough = try program.solve(
                    discount: 0.95, method: method, stopping: .init(tolerance: tolerance))
                let certified = try #require(rough.certifiedError)
                #expect(distance(rough.values, exact) <= certified + 1e-11)
                #expect(certified <= tolerance)
            }
        }
    }

    @Test func `improving a policy raises every value, and ever faster`() throws {
        let program = try program()
        let model = try ModelFixtures.three()
        var policy = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]
        var values = try program.evaluate(policy, discount: 0.9)
        let best = try program.solve(discount: 0.9, stopping: .init(tolerance: 1e-13)).values
        var errors = [distance(values, best)]
        for _ in 0..<4 {
            for state in 0..<3 {
                var logits = model.pairs.range(of: state).map { pair in
                    var q = program.logPrior[pair] + model.rewards[pair]
                    model.transitions.forEachInRow(pair) { q += 0.9 * $1 * values[$0] }
                    return q
                }
                _ = normalizeLogWeights(&logits)
                for (pair, p) in zip(model.pairs.range(of: state), logits) { policy[pair] = p }
            }
            let next = try program.evaluate(policy, discount: 0.9)
            #expect(zip(next, values).allSatisfy { $0 >= $1 - 1e-13 })
            values = next
            errors.append(distance(values, best))
        }
        // Newton's method: each error is of the order of the square of the last.
        #expect(errors[1] < 0.1 * errors[0] * errors[0])
        #expect(errors[2] < errors[1] * errors[1])
        #expect(errors[4] < 1e-12)
    }

    @Test func `the local gradient with plain entropy has the known decimals`() throws {
        // Plain entropy is minus the divergence from the uniform prior, but for a constant.
        let program = try program(prior: .uniform)
        let gradient = try program.gradient(
            logits: Array(repeating: 0, count: 6), horizon: 3, form: .localEntropy)
        let found = program.pairs.table(gradient).map { $0[0] }
        #expect(abs(found[0] - 0.324575) < 5e-7)
        #expect(abs(found[1] - -0.01905625) < 5e-9)
        #expect(abs(found[2] - -0.37265) < 5e-6)
    }

    @Test func `logits shared by all steps are stationary at no single step's policy`() throws {
        let program = try program()
        let solution = try program.solve(horizon: 3)
        for policy in solution.policy {
            let gradient = try program.gradient(logits: policy.map { log($0) }, horizon: 3)
            #expect(gradient.contains { abs($0) > 1e-4 })
        }
    }

    @Test func `ties are shared among the best actions and no others`() throws {
        // Two best actions and a worse one, with a prior that prefers the worse.
        let model = try TabularModel(
            dense: [[[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]], [[1, 0]]],
            rewards: [[1, 1, 0.9], [0]], start: [1, 0])
        let solution = try SoftDynamicProgramming(
            model, rewardScale: 1e5, prior: .table([0.1, 0.2, 0.7, 1])
        ).solve(discount: 0.9)
        #expect(distance(solution.policy, [1.0 / 3, 2.0 / 3, 0, 1]) < 1e-9)
    }

    @Test func `without a prior values are inflated by the number of actions`() throws {
        let (none, uniform) = (
            try program(scale: 2, prior: .none).solve(discount: 0.9),
            try program(scale: 2, prior: .uniform).solve(discount: 0.9)
        )
        let inflation = log(2) / 2 / (1 - 0.9)
        #expect(distance(none.values, uniform.values.map { $0 + inflation }) < 1e-7)
        #expect(distance(none.policy, uniform.policy) < 1e-8)
        // A terminal state is worth nothing all the same.
        let grid = try SoftDynamicProgramming(ModelFixtures.grid(4), prior: .none)
        #expect(try grid.solve(discount: 0.9).values[15] == 0)
    }

    @Test func `four sweeps are not the forest's value, with bounds they are`() throws {
        // The values that pymdptoolbox's example prints, far from (74.65, 78.11, 82.11).
        let hard = try SoftDynamicProgramming(ModelFixtures.forest(), objective: .hard)
        let swept = try hard.solve(horizon: 4, discount: 0.96).values[0]
        #expect(distance(swept, [5.93, 9.39, 13.39]) < 5e-3)
        let solution = try hard.solve(
            discount: 0.96, method: .valueIteration, stopping: .init(tolerance: 1e-9))
        #expect(solution.sweeps <= 6)
        #expect(distance(solution.values, [74.6496, 78.1056, 82.1056]) < 1e-9)
    }

    /// The marginals that the bound's gradient weighs are those of enumerated trajectories.
    @Test func `marginals under a policy equal enumeration`() throws {
        let model = try ModelFixtures.three()
        let program = try program()
        let policies = (0..<4).map { step in
            program.policy(logits: (0..<6).map { sin(Double(7 * step + 3 * $0)) })
        }
        let found = try program.stateMarginals(policies)
        var expected = Array(repeating: [0.0, 0, 0], count: 4)
        Enumeration.trajectories(of: model, horizon: 4) { path in
            let weight = exp(path.logDynamics + path.logProbability(of: policies))
            for t in 0..<4 { expected[t][path.states[t]] += weight }
        }
        for t in 0..<4 { #expect(distance(found[t], expected[t]) < 1e-13) }
    }
}
