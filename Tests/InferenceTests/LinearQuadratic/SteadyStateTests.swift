import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct SteadyStateTests {
    /// The numbers of SciPy 1.17.1's solve_discrete_are.
    @Test func `the double integrator has SciPy's numbers`() throws {
        let one = try LinearQuadraticProblem.doubleIntegrator().solveSteadyState()
        #expect(
            distance(
                one.value.curvature, [[9.59223689, 3.62093858], [3.62093858, 3.1111962]]) < 5e-9)
        #expect(distance(one.policy.gain, [[2.76171489, 2.64910235]]) < 5e-9)
        #expect(abs(one.actionValue.action[0, 0] - 0.13111196) < 5e-9)
        let magnitude = (0.86754488 * 0.86754488 + 0.10036329 * 0.10036329).squareRoot()
        #expect(abs(one.spectralRadius - magnitude) < 1e-8)
        let less = try LinearQuadraticProblem.doubleIntegrator(discount: 0.99)
            .solveSteadyState()
        #expect(
            distance(
                less.value.curvature, [[9.21070861, 3.46654178], [3.46654178, 3.00267497]])
                < 5e-9)
        #expect(distance(less.policy.gain, [[2.64547092, 2.55602079]]) < 5e-9)
        #expect(abs(less.actionValue.action[0, 0] - 0.12972648) < 5e-9)
    }

    @Test func `the golden ratio`() throws {
        let golden = try LinearQuadraticProblem.scalar().solveSteadyState()
        let ratio = (1 + 5.0.squareRoot()) / 2
        #expect(abs(golden.value.curvature[0, 0] - ratio) < 1e-14)
        #expect(abs(golden.policy.gain[0, 0] - (ratio - 1)) < 1e-14)
        #expect(abs(golden.actionValue.action[0, 0] - (ratio + 1)) < 1e-14)
    }

    @Test func `cross terms and a discount, with SciPy's numbers`() throws {
        let solution = try LinearQuadraticProblem.coupled.solveSteadyState()
        let curvature: Matrix = [
            [2.43955707310426, 0.05183660343634, 0.1131226031484],
            [0.05183660343634, 3.6410419707485, -0.28466280711455],
            [0.1131226031484, -0.28466280711455, 0.50799815566573],
        ]
        let gain: Matrix = [
            [0.68554910394657, 0.16772775031111, 0.00686233971802],
            [-0.26622316043028, 0.91525706240006, 0.40548584028452],
        ]
        #expect(distance(solution.value.curvature, curvature) < 1e-12)
        #expect(distance(solution.policy.gain, gain) < 1e-12)
    }

    @Test func `the value solves the Riccati equation and is that of its own policy`() throws {
        let problems: [LinearQuadraticProblem] = [
            .doubleIntegrator(), .doubleIntegrator(discount: 0.99), .coupled,
        ]
        for problem in problems {
            let solution = try problem.solveSteadyState()
            let (p, k) = (solution.value.curvature, solution.policy.gain)
            let closed = problem.dynamics - problem.input * k
            // P = Q + Kᵀ R K − N K − Kᵀ Nᵀ + γ (A − B K)ᵀ P (A − B K).
            let crossed = problem.cost.cross * k
            var residual = problem.cost.state + k.transposed.sandwich(problem.cost.action)
            residual -= crossed + crossed.transposed
            residual.add(closed.transposed.sandwich(p), times: problem.discount)
            residual -= p
            #expect(residual.largestMagnitude < 1e-10)
        }
    }

    /// The error of P after 2ᵏ steps, k = 4…7: the figures of structured doubling.
    @Test func `doubling is the recursion over twice as many steps`() throws {
        var problem = LinearQuadraticProblem.doubleIntegrator()
        let solution = try problem.solveSteadyState()
        problem.finalCost = QuadraticStateCost(curvature: Matrix(rows: 2, columns: 2))
        let errors = try [16, 32, 64, 128].map { steps in
            distance(
                try problem.solve(steps: steps).values[0].curvature, solution.value.curvature)
        }
        #expect(abs(errors[0] / 0.36 - 1) < 0.02, "\(errors)")
        #expect(abs(errors[1] / 7e-3 - 1) < 0.08, "\(errors)")
        #expect(abs(errors[2] / 6.5e-7 - 1) < 0.02, "\(errors)")
        #expect(errors[3] < 2e-13, "\(errors)")
        #expect(solution.doublings <= 9)
    }

    @Test func `linear terms: the value's slope and constant repeat themselves`() throws {
        for objective in [
            LinearQuadraticObjective.hard, .bound(temperature: 0.3),
            .bound(temperature: 0.3, prior: .gaussian(variance: 2, actions: 1)),
        ] {
            var problem = LinearQuadraticProblem.crooked(discount: 0.9)
            let solution = try problem.solveSteadyState(objective: objective)
            // A finite horizon that ends with the stationary value changes nothing.
            problem.finalCost = QuadraticStateCost(
                curvature: solution.value.curvature, slope: solution.value.slope,
                constant: -solution.value.constant)
            let finite = try problem.solve(steps: 3, objective: objective)
            #expect(distance(finite.values[0].curvature, solution.value.curvature) < 1e-13)
            #expect(abs(finite.values[0].slope[0] - solution.value.slope[0]) < 1e-13)
            #expect(abs(finite.values[0].constant - solution.value.constant) < 1e-12)
            #expect(distance(finite.policies[0].gain, solution.policy.gain) < 1e-13)
            #expect(abs(finite.actionValues[0].constant - solution.actionValue.constant) < 1e-12)
        }
    }

    @Test func `without discount the rate is the average reward a step`() throws {
        var problem = LinearQuadraticProblem.crooked(discount: 1)
        problem.finalCost = nil
        let solution = try problem.solveSteadyState()
        let (short, long) = (try problem.solve(steps: 60), try problem.solve(steps: 61))
        let difference = long.values[0].constant - short.values[0].constant
        #expect(abs(difference - solution.rewardRate) < 1e-12)
    }

    @Test func `what cannot be stabilized is refused`() throws {
        // The second mode grows and no input reaches it, though the cost sees it.
        let unreachable = LinearQuadraticProblem(
            dynamics: [[0.5, 0.1], [0, 1.2]], input: [[1], [0]],
            cost: QuadraticCost(state: .identity(2), action: [[1]]))
        let error = #expect(throws: LinearQuadraticError.self) {
            try unreachable.solveSteadyState()
        }
        guard case .notStabilizable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        // The cost does not see it: the equation has a solution, which does not stabilize.
        let unseen = LinearQuadraticProblem(
            dynamics: [[0.5, 0], [0, 1.2]], input: [[1], [1]],
            cost: QuadraticCost(state: .diagonal([1, 0]), action: [[1]]))
        let second = #expect(throws: LinearQuadraticError.self) { try unseen.solveSteadyState() }
        guard case .notStabilizable(let radius?) = second else {
            Issue.record("\(String(describing: second))")
            return
        }
        #expect(abs(radius - 1.2) < 1e-9)
        #expect(
            second?.description.hasPrefix("no gain found that stabilizes the system (spectral")
                == true)
        // A discount that outruns the growth makes it a problem like any other.
        let discounted = LinearQuadraticProblem(
            dynamics: [[0.5, 0.1], [0, 1.2]], input: [[1], [0]],
            cost: QuadraticCost(state: .identity(2), action: [[1]]), discount: 0.6)
        #expect(try discounted.solveSteadyState().spectralRadius > 1.19)
        #expect(throws: LinearQuadraticError.actionCostNotPositiveDefinite) {
            try LinearQuadraticProblem.doubleIntegrator(actionCost: 0).solveSteadyState()
        }
    }

    @Test func `a change of coordinates changes nothing but coordinates`() throws {
        let problem = LinearQuadraticProblem.coupled
        let m: Matrix = [[1, 0.5, 0], [0.2, 2, -0.3], [0, 0.1, 0.7]]
        let n: Matrix = [[1.5, 0.2], [-0.4, 0.8]]
        let (mi, ni) = (try LU(m).inverse(), try LU(n).inverse())
        let moved = LinearQuadraticProblem(
            dynamics: m * problem.dynamics * mi, input: m * problem.input * ni,
            noise: m.sandwich(problem.noise),
            cost: QuadraticCost(
                state: mi.transposed.sandwich(problem.cost.state),
                action: ni.transposed.sandwich(problem.cost.action),
                cross: Matrix.transposed(mi, times: problem.cost.cross) * ni),
            discount: problem.discount)
        let (before, after) = (try problem.solveSteadyState(), try moved.solveSteadyState())
        #expect(distance(n * before.policy.gain * mi, after.policy.gain) < 1e-11)
        #expect(
            distance(mi.transposed.sandwich(before.value.curvature), after.value.curvature)
                < 1e-11)
        #expect(abs(before.value.constant - after.value.constant) < 1e-10)
    }
}
