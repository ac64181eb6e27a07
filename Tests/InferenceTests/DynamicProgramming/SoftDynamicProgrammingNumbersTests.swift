import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Decimals that were computed beforehand, elsewhere.
@Suite struct SoftDynamicProgrammingNumbersTests {
    private func three(
        scale: Double = 1, objective: SoftDynamicProgramming.Objective = .soft
    ) throws -> SoftDynamicProgramming {
        try SoftDynamicProgramming(
            ModelFixtures.three(), rewardScale: scale, prior: ModelFixtures.threePrior,
            objective: objective)
    }

    @Test func `three states over three steps`() throws {
        let program = try three()
        let solution = try program.solve(horizon: 3)
        #expect(
            distance(solution.values[0], [-1.2365974941, -1.2619414568, -1.8325661201]) < 1e-10)
        #expect(abs(solution.bound - -1.3037975455) < 5e-11)
        let first = program.pairs.table(solution.policy[0]).map { $0[0] }
        #expect(distance(first, [0.7506926015, 0.2344229053, 0.1616035038]) < 1e-10)
        let posterior = try ControlInference(
            ModelFixtures.three(), prior: ModelFixtures.threePrior
        ).infer(horizon: 3)
        #expect(abs(try program.gap(of: solution.policy, to: posterior) - 0.0471404477) < 1e-10)
    }

    @Test(arguments: [
        SoftDynamicProgramming.Method.valueIteration, .policyIteration,
        .modifiedPolicyIteration(evaluationSweeps: 20),
    ])
    func `three states without end`(method: SoftDynamicProgramming.Method) throws {
        let program = try three()
        let stopping = SoftDynamicProgramming.Stopping(tolerance: 1e-11)
        let solution = try program.solve(discount: 0.9, method: method, stopping: stopping)
        let expected = [-4.6898353733, -4.7159805399, -5.2909170323]
        #expect(distance(solution.values, expected) < 1e-9)
        #expect(abs(solution.bound - -4.7577870892) < 1e-9)
        let policy = program.pairs.table(solution.policy).map { $0[0] }
        #expect(distance(policy, [0.7535445621, 0.2312889403, 0.1609758271]) < 1e-9)
    }

    @Test func `policy iteration converges like Newton's method`() throws {
        let stopping = SoftDynamicProgramming.Stopping(tolerance: 1e-11)
        let residuals = try three().solve(
            discount: 0.9, method: .policyIteration, stopping: stopping
        ).residuals
        try #require(residuals.count >= 4)
        #expect(abs(residuals[0] - 0.515) < 5e-4)
        #expect(abs(residuals[1] - 5.7e-3) < 5e-5)
        #expect(abs(residuals[2] - 1.1e-6) < 1e-7)
        #expect(residuals[3] < 1e-12)
    }

    @Test func `the hard values and policies of three states`() throws {
        for method in [
            SoftDynamicProgramming.Method.valueIteration, .policyIteration,
            .modifiedPolicyIteration(evaluationSweeps: 10),
        ] {
            let solution = try three(objective: .hard).solve(discount: 0.9, method: method)
            let expected = [-0.3050847458, -0.4745762712, -0.3050847458]
            #expect(distance(solution.values, expected) < 1e-8)
            #expect(solution.policy == [1, 0, 0, 1, 0, 1])
        }
    }

    @Test(arguments: [
        (0.01, [-7.0967, -7.0891, -8.2869], 5e-5), (10, [-0.99415, -1.14110, -1.03472], 5e-6),
        (1000, [-0.311986, -0.481257, -0.312391], 5e-7),
    ])
    func `values at other scales`(scale: Double, expected: [Double], tolerance: Double) throws {
        let solution = try three(scale: scale).solve(discount: 0.9)
        #expect(distance(solution.values, expected) < tolerance)
    }

    @Test func `the prior's own value`() throws {
        let program = try three()
        let policy = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]
        let values = try program.evaluate(policy, discount: 0.9)
        #expect(distance(values, [-7.1238518, -7.1156604, -8.3201523]) < 5e-8)
    }

    @Test func `the repeated KL step climbs to the best policy`() throws {
        let program = try three()
        let hard = try three(objective: .hard)
        let stopping = SoftDynamicProgramming.Stopping(tolerance: 1e-11)
        let policies = try program.klIteration(30, discount: 0.9, stopping: stopping)
        let returns = try policies.map { try hard.bound(of: $0, discount: 0.9) }
        let expected = [-7.241024, -2.784179, -1.197173, -0.690255, -0.501457, -0.425719]
        #expect(distance(Array(returns[0...5]), expected) < 5e-7)
        #expect(abs(returns[10] - -0.361065) < 5e-7)
        #expect(abs(returns[30] - -0.355933280) < 5e-9)
        #expect(zip(returns, returns.dropFirst()).allSatisfy { $0 <= $1 + 1e-12 })
        let best = try hard.solve(discount: 0.9).bound
        #expect(abs(best - -0.355932203) < 5e-9)
    }

    @Test func `the gradients at equal logits`() throws {
        let program = try three()
        let logits = Array(repeating: 0.0, count: 6)
        let law = Array(repeating: program.policy(logits: logits), count: 3)
        #expect(abs(try program.bound(of: law) - -1.8772445893) < 5e-11)
        let full = try program.gradient(logits: logits, horizon: 3)
        let table = program.pairs.table(full)
        #expect(distance(table.map { $0[0] }, [0.3388061, -0.3245277, -0.2994317]) < 5e-8)
        #expect(distance(table.map { -$0[1] }, table.map { $0[0] }) < 1e-14)
        let local = try program.gradient(logits: logits, horizon: 3, form: .localEntropy)
        let biased = program.pairs.table(local).map { $0[0] }
        #expect(distance(biased, [0.324575, -0.3057254, -0.2979177]) < 5e-7)
    }

    @Test func `the forest`() throws {
        let model = try ModelFixtures.forest()
        let hard = try SoftDynamicProgramming(model, objective: .hard)
        #expect(
            distance(try hard.solve(discount: 0.9).values, [26.244, 29.484, 33.484]) < 1e-7)
        #expect(
            distance(try hard.solve(discount: 0.96).values, [74.6496, 78.1056, 82.1056]) < 1e-7)
        let soft = try SoftDynamicProgramming(model).solve(discount: 0.96)
        #expect(distance(soft.values, [57.51321524, 60.91862513, 64.91432024]) < 2e-8)
        let wait = model.pairs.table(soft.policy).map { $0[0] }
        #expect(distance(wait, [0.94989707, 0.99547929, 0.99977396]) < 5e-9)
    }
}
