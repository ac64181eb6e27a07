import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

/// Linear-quadratic control against the closed forms over whole plans that planners are tested with.
@Suite struct OracleAgreementTests {
    private let oracle = LinearQuadratic.doubleIntegrator

    private var problem: LinearQuadraticProblem {
        var problem = LinearQuadraticProblem.doubleIntegrator(actionCost: 0.01)
        problem.finalCost = QuadraticStateCost(curvature: Matrix(rows: 2, columns: 2))
        return problem
    }

    @Test func `gains, values and curvatures are the oracle's`() throws {
        let control = try oracle.control()
        let solution = try problem.solve(steps: oracle.horizon)
        for step in 0..<oracle.horizon {
            #expect(distance(control.gains[step], solution.policies[step].gain) < 1e-12)
            #expect(distance(control.values[step], solution.values[step].curvature) < 1e-12)
            #expect(
                distance(control.curvatures[step], solution.actionValues[step].action) < 1e-12)
        }
        let cost = -solution.value(from: .certain(oracle.initial))
        #expect(abs(cost - 3.272531160) < 5e-10)
    }

    @Test(arguments: [
        (1.0, [-1.739995, -1.398225, -1.099625], 3.147811, -6.925012388),
        (0.1, [-4.424685, -2.864355, -1.658936], 1.978933, -45.466320403),
    ])
    func `message passing finds the posterior over plans`(
        temperature: Double, mean: [Double], variance: Double, logEvidence: Double
    ) throws {
        let prior = GaussianActionPrior.gaussian(variance: 4, actions: 1)
        let posterior = try problem.solve(
            steps: oracle.horizon, objective: .evidence(temperature: temperature, prior: prior)
        ).posterior(from: .certain(oracle.initial))
        #expect(abs(posterior.logEvidence - logEvidence) < 5e-9)
        for (step, expected) in mean.enumerated() {
            #expect(abs(posterior.actions[step].mean[0] - expected) < 5e-7)
        }
        #expect(abs(posterior.actions[0].covariance[0, 0] - variance) < 5e-7)
    }

    @Test func `the closed loop of the double integrator has the known eigenvalues`() throws {
        let problem = LinearQuadraticProblem.doubleIntegrator()
        let gain = try problem.solveSteadyState().policy.gain
        let closed = problem.dynamics - problem.input * gain
        // 0.86754488 ± 0.10036329 i: half the trace, and the root of det − (trace/2)².
        let half = closed.trace / 2
        let determinant = closed[0, 0] * closed[1, 1] - closed[0, 1] * closed[1, 0]
        #expect(abs(half - 0.86754488) < 5e-9)
        #expect(abs((determinant - half * half).squareRoot() - 0.10036329) < 5e-9)
    }

    @Test func `a random policy costs half the temperature an action and input more`() throws {
        let system = try LinearQuadraticGaussian(
            .doubleIntegrator(noise: [0.001, 0.01]), emission: [[1, 0]], emissionNoise: [[0.05]],
            initial: GaussianMoments(mean: [1, -0.5], covariance: .diagonal([0.2, 0.2])))
        let sure = try system.expectedCost(steps: 19)
        for temperature in [0.01, 0.3, 2] {
            let cost = try system.expectedCost(steps: 19, temperature: temperature)
            #expect(abs(cost - sure - 19 * temperature / 2) < 1e-10)
        }
    }

    @Test func `the covariance of the soft policy is the temperature over the curvature`() throws {
        let problem = LinearQuadraticProblem.coupled
        for temperature in [0.1, 1, 7] {
            let soft = try problem.solveSteadyState(objective: .bound(temperature: temperature))
            let product = soft.policy.covariance * soft.actionValue.action
            #expect(distance(product, temperature * .identity(2)) < 1e-11)
            let hard = try problem.solveSteadyState()
            #expect(distance(soft.policy.gain, hard.policy.gain) < 1e-12)
        }
    }
}
