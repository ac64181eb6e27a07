import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct SoftControlTests {
    @Test func `the discounted scalar problem has the known numbers`() throws {
        let solution = try LinearQuadraticProblem.scalar(noise: 0.1, discount: 0.95)
            .solveSteadyState(objective: .bound(temperature: 0.5))
        #expect(abs(solution.value.curvature[0, 0] - 1.6037321344) < 1e-10)
        #expect(abs(solution.policy.gain[0, 0] - 0.6037321344) < 1e-10)
        #expect(abs(solution.actionValue.action[0, 0] - 2.5235455277) < 1e-10)
        #expect(abs(solution.policy.covariance[0, 0] - 0.1981339328) < 1e-10)
        #expect(abs(solution.value.constant + 0.4282204390) < 1e-10)
        // The soft Bellman equation by quadrature.
        let (hermite, legendre) = (Quadrature.gaussHermite(8), Quadrature.gaussLegendre(40))
        for state in [0.0, 1, 3] {
            let center = solution.policy.mean([state])[0]
            let sum = legendre.integral(from: center - 6, to: center + 6, panels: 8) { action in
                let ahead = hermite.expectation(
                    mean: state + action, standardDeviation: 0.1.squareRoot()
                ) { solution.value([$0]) }
                let q = -(state * state + action * action) / 2 + 0.95 * ahead
                #expect(abs(q - solution.actionValue([state], [action])) < 1e-12)
                return exp((q - solution.value([state])) / 0.5)
            }
            #expect(abs(0.5 * log(sum)) < 1e-13)
        }
    }

    /// Every objective and every term of a problem, one step by quadrature.
    @Test(arguments: [
        (LinearQuadraticObjective.bound(temperature: 0.4), 0.9),
        (
            .bound(temperature: 0.4, prior: .gaussian(GaussianMoments(mean: 0.3, variance: 0.8))),
            0.9
        ),
        (.evidence(temperature: 0.4), 1),
        (
            .evidence(temperature: 0.4, prior: .gaussian(GaussianMoments(mean: -0.2, variance: 2))),
            1
        ),
    ])
    func `a step of the recursion is the integral it stands for`(
        objective: LinearQuadraticObjective, discount: Double
    ) throws {
        let problem = LinearQuadraticProblem.crooked(discount: discount)
        let solution = try problem.solve(steps: 2, objective: objective)
        let next = solution.values[1]
        let (hermite, legendre) = (Quadrature.gaussHermite(40), Quadrature.gaussLegendre(30))
        func logPrior(_ action: Double) -> Double {
            guard case .gaussian(let prior) = objective.prior else { return 0 }
            return logNormal(action - prior.mean[0], variance: prior.covariance[0, 0])
        }
        for state in [-1.0, 0.5, 2] {
            let value = solution.values[0]([state])
            let center = solution.policies[0].mean([state])[0]
            let sum = legendre.integral(from: center - 8, to: center + 8, panels: 10) { action in
                let mean = problem.next([state], action: [action])[0]
                let reward = -problem.cost([state], [action])
                var ahead = 0.0
                if case .evidence = objective {
                    let tilted = hermite.expectation(
                        mean: mean, standardDeviation: 0.15.squareRoot()
                    ) { exp((next([$0]) - next([mean])) / 0.4) }
                    ahead = next([mean]) + 0.4 * log(tilted)
                } else {
                    ahead = hermite.expectation(
                        mean: mean, standardDeviation: 0.15.squareRoot()
                    ) { next([$0]) }
                }
                let exponent = (reward + discount * ahead - value) / 0.4
                return exp(exponent + logPrior(action))
            }
            #expect(abs(0.4 * log(sum)) < 1e-8, "state \(state)")
            // The policy is what is under the integral, normalized.
            let law = solution.policies[0].law([state])
            let at = center + 0.3
            let density = (solution.actionValues[0]([state], [at]) - value) / 0.4
            if objective.prior == .flat {
                #expect(
                    abs(density - logNormal(0.3, variance: law.covariance[0, 0])) < 1e-12)
            }
        }
    }

    @Test func `a vanishing temperature leaves the hard policy`() throws {
        let problem = LinearQuadraticProblem.coupled
        let hard = try problem.solve(steps: 10)
        let soft = try problem.solve(steps: 10, objective: .bound(temperature: 1e-9))
        for (a, b) in zip(hard.policies, soft.policies) {
            #expect(distance(a.gain, b.gain) < 1e-12)
            #expect(b.covariance.largestMagnitude < 1e-8)
        }
        let start = GaussianMoments.certain([1, 0, -1])
        #expect(abs(hard.value(from: start) - soft.value(from: start)) < 1e-6)
    }

    @Test func `the hard value is the policy's expected cost and its gains are stationary`() throws
    {
        let problem = LinearQuadraticProblem.crooked(discount: 0.9)
        let solution = try problem.solve(steps: 4)
        let start = GaussianMoments(mean: 0.7, variance: 0.4)
        let cost = problem.expectedCost(of: solution.policies, from: start)
        #expect(abs(cost + solution.value(from: start)) < 1e-13)
        let point = solution.policies.flatMap { [$0.gain[0, 0], $0.offset[0]] }
        let gradient = centralGradient(at: point) { parameters in
            let policies = (0..<4).map { step in
                LinearGaussianPolicy(
                    gain: [[parameters[2 * step]]], offset: [parameters[2 * step + 1]])
            }
            return problem.expectedCost(of: policies, from: start)
        }
        #expect(largestMagnitude(gradient) < 1e-9)
    }

    @Test func `the soft value is return plus entropy of the soft policy`() throws {
        let problem = LinearQuadraticProblem.crooked(discount: 0.9)
        let solution = try problem.solve(steps: 4, objective: .bound(temperature: 0.5))
        let start = GaussianMoments(mean: 0.7, variance: 0.4)
        var expected = -problem.expectedCost(of: solution.policies, from: start)
        var weight = 0.5
        for policy in solution.policies {
            expected += weight * (try policy.entropy())
            weight *= 0.9
        }
        #expect(abs(expected - solution.value(from: start)) < 1e-13)
    }

    @Test func `the temperature of a target entropy`() throws {
        let problem = LinearQuadraticProblem.doubleIntegrator()
        let temperature = try problem.solveSteadyState().temperature(forEntropy: -1)
        #expect(abs(temperature - 1.0389126e-3) < 5e-11)
        let coupled = try LinearQuadraticProblem.coupled.solveSteadyState()
        let found = coupled.temperature(forEntropy: -2)
        let soft = try LinearQuadraticProblem.coupled
            .solveSteadyState(objective: .bound(temperature: found))
        #expect(abs(try soft.policy.entropy() + 2) < 1e-12)
    }

    @Test func `problems without a maximum are refused`() throws {
        var problem = LinearQuadraticProblem.doubleIntegrator(actionCost: -1)
        let error = #expect(throws: LinearQuadraticError.self) { try problem.solve(steps: 3) }
        #expect(error == .actionUnbounded(step: 2))
        #expect(error?.description.contains("has no maximum in the action at step 2") == true)
        problem = .doubleIntegrator(noise: [0.1, 0.1], discount: 0.9)
        #expect(throws: LinearQuadraticError.discounted(0.9)) {
            try problem.solve(steps: 2, objective: .evidence(temperature: 1))
        }
        // A reward that grows faster than the noise's density falls.
        problem = .scalar(noise: 1)
        problem.finalCost = QuadraticStateCost(curvature: [[-2]])
        #expect(throws: LinearQuadraticError.evidenceDiverges(step: 0)) {
            try problem.solve(steps: 1, objective: .evidence(temperature: 1))
        }
        let indefinite = GaussianActionPrior.gaussian(GaussianMoments(mean: 0, variance: -1))
        #expect(throws: LinearQuadraticError.priorNotPositiveDefinite) {
            try problem.solve(steps: 1, objective: .bound(temperature: 1, prior: indefinite))
        }
    }
}
