import Foundation
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct IterativeRegulatorTests {
    @Test(arguments: [[1.0, -0.5], [30, 4], [0, 0]])
    func `on a linear-quadratic problem one iteration is exact, from any plan`(
        start: [Double]
    ) throws {
        let problem = LinearQuadraticProblem.doubleIntegrator()
        let exact = try problem.solve(steps: 30, objective: .hard)
        let plan = (0..<30).map { [3 * sin(Double($0)) + 5] }
        var regulator = IterativeLinearQuadraticRegulator()
        regulator.iterations = 1
        let found = try regulator.solve(SmoothControlProblem(problem), from: start, plan: plan)
        #expect(found.costs.count == 2)
        let value = exact.value(from: .certain(start))
        #expect(abs(found.costs[1] + value) < 1e-10 * max(1, abs(value)))
        for (policy, best) in zip(found.policies, exact.policies) {
            #expect((policy.gain - best.gain).largestMagnitude < 1e-10)
            #expect(largestMagnitude(subtract(policy.offset, best.offset)) < 1e-8)
        }
    }

    @Test func `the policies around it have the covariance of the bound`() throws {
        let problem = LinearQuadraticProblem.doubleIntegrator()
        var regulator = IterativeLinearQuadraticRegulator()
        regulator.temperature = 0.3
        let plan = Array(repeating: [0.0], count: 12)
        let found = try regulator.solve(SmoothControlProblem(problem), from: [1, 0], plan: plan)
        let exact = try problem.solve(steps: 12, objective: .bound(temperature: 0.3))
        for (step, policy) in found.policies.enumerated() {
            let inverse = try Cholesky(exact.actionValues[step].action).inverse
            #expect((policy.covariance - 0.3 * inverse).largestMagnitude < 1e-10)
        }
    }

    /// A torque-limited pendulum, swung up; θ = 0 is upright.
    private func pendulum() -> SmoothControlProblem {
        SmoothControlProblem(
            dynamics: { s, a in
                let velocity = s[1] + 0.05 * (15 * sin(s[0]) + 3 * 2 * tanh(a[0]))
                return [s[0] + 0.05 * velocity, velocity]
            },
            cost: { _, s, a in
                1 - cos(s[0]) + 0.05 * s[1] * s[1] + 0.01 * a[0] * a[0]
            },
            finalCost: { s in 20 * (1 - cos(s[0])) + s[1] * s[1] })
    }

    @Test func `it swings a pendulum up, and every iteration costs less`() throws {
        let plan = (0..<80).map { [0.5 * cos(0.15 * Double($0))] }
        var regulator = IterativeLinearQuadraticRegulator()
        regulator.iterations = 400
        let found = try regulator.solve(pendulum(), from: [.pi, 0], plan: plan)
        for (before, after) in zip(found.costs, found.costs.dropFirst()) {
            #expect(after < before)
        }
        // Hanging still costs 2 a step and 40 at the end: 200.
        #expect(found.costs[found.costs.count - 1] < 130)
        #expect(1 - cos(found.states[80][0]) < 0.05)
        // At the end no single action can be changed for the better.
        func cost(_ actions: [[Double]]) -> Double {
            let problem = pendulum()
            var (state, sum) = ([Double.pi, 0], 0.0)
            for (step, action) in actions.enumerated() {
                sum += problem.cost(step, state, action)
                state = problem.dynamics(state, action)
            }
            return sum + problem.finalCost(state)
        }
        #expect(found.hasConverged)
        for step in stride(from: 0, to: 80, by: 9) {
            var (up, down) = (found.actions, found.actions)
            up[step][0] += 1e-4
            down[step][0] -= 1e-4
            #expect(abs(cost(up) - cost(down)) / 2e-4 < 2e-2)
        }
    }

    @Test func `a plan that leads nowhere finite is refused`() {
        let problem = SmoothControlProblem(
            dynamics: { s, a in [s[0] / 0 + a[0]] }, cost: { _, s, a in s[0] * s[0] + a[0] * a[0] },
            finalCost: { $0[0] * $0[0] })
        #expect(throws: LinearQuadraticError.notFinite) {
            try IterativeLinearQuadraticRegulator().solve(problem, from: [0], plan: [[1], [1]])
        }
    }
}
