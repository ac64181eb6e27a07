import Foundation
import OptimistCore
import OptimistLinearAlgebra
import OptimistOracles
import Testing

/// The double integrator, to decimals that were computed beforehand, elsewhere.
@Suite struct LinearQuadraticTests {
    private let problem = LinearQuadratic.doubleIntegrator

    private func expect(
        _ values: some Sequence<Double>, _ expected: [Double], _ tolerance: Double = 5e-7,
        _ location: SourceLocation = #_sourceLocation
    ) {
        for (value, expected) in zip(values, expected) {
            #expect(abs(value - expected) < tolerance, sourceLocation: location)
        }
    }

    @Test func `the optimal control is that of the table`() throws {
        let (plan, cost) = try problem.optimum()
        expect(try problem.control().gains[0].elements, [7.603179, 4.977112])
        expect(plan, [-7.603179, -3.818434, -1.339502])
        #expect(abs(cost - 3.272531160) < 5e-10)
        #expect(abs(problem.cost(of: plan) - cost) < 1e-12)
    }

    @Test func `the stacked cost is the cost of rolling out, and its minimum the control's`() throws
    {
        let stacked = problem.planCost
        var generator = Generator(seed: 1)
        let plan = (0..<20).map { _ in 3 * generator.normal() }
        let value = stacked.curvature.quadratic(plan) / 2 + dot(stacked.slope, plan)
        #expect(abs(value + stacked.constant - problem.cost(of: plan)) < 1e-10)
        let minimum = try Cholesky(stacked.curvature).solution(stacked.slope.map { -$0 })
        expect(minimum, try problem.optimum().plan, 1e-9)
        let gradient = centralGradient(at: plan) { problem.cost(of: $0) }
        var exact = stacked.curvature * plan
        add(stacked.slope, times: 1, to: &exact)
        expect(gradient, exact, 1e-9)
    }

    @Test(arguments: [
        (1.0, [-1.739995, -1.398225, -1.099625], 3.147811, -6.925012388),
        (0.1, [-4.424685, -2.864355, -1.658936], 1.978933, -45.466320403),
    ])
    func `the posterior over plans is that of the table, by two routes`(
        temperature: Double, mean: [Double], variance: Double, logEvidence: Double
    ) throws {
        let posterior = try problem.posterior(temperature: temperature, priorVariance: 4)
        expect(posterior.mean, mean)
        #expect(abs(posterior.covariance[0, 0] - variance) < 5e-7)
        #expect(abs(posterior.logEvidence - logEvidence) < 5e-10)
        let regularized = problem.regularized(temperature: temperature, priorVariance: 4)
        let control = try regularized.control()
        expect(try regularized.optimum().plan, posterior.mean, 1e-9)
        let first = temperature / control.curvatures[0][0, 0]
        #expect(abs(first - posterior.covariance[0, 0]) < 1e-9)
        let recursion = try problem.logEvidenceByRecursion(
            temperature: temperature, priorVariance: 4)
        #expect(abs(recursion - posterior.logEvidence) < 1e-9)
    }

    @Test func `the effective cost of actions at temperature one`() {
        let regularized = problem.regularized(temperature: 1, priorVariance: 4)
        #expect(abs(regularized.actionCost[0, 0] - 0.26) < 1e-15)
    }

    @Test func `path-integral passes without the ratio go on to the optimum`() throws {
        let means = try problem.recenteredMeans(passes: 200, temperature: 1, variance: 4)
        let passes = [1, 2, 20, 60, 200]
        expect(
            passes.map { means[$0 - 1][0] },
            [-1.739995, -2.516463, -6.334736, -7.451994, -7.602934])
    }

    @Test func `the free-energy bound holds for every Gaussian and is tight at the posterior`()
        throws
    {
        let posterior = try problem.posterior(temperature: 1, priorVariance: 4)
        func bound(_ mean: [Double], _ covariance: Matrix) throws -> Double {
            try problem.bound(
                mean: mean, covariance: covariance, temperature: 1, priorVariance: 4)
        }
        let tight = try bound(posterior.mean, posterior.covariance)
        #expect(abs(tight - posterior.logEvidence) < 1e-9)
        var generator = Generator(seed: 2)
        for _ in 0..<20 {
            let mean = posterior.mean.map { $0 + generator.normal() }
            let scale = generator.uniform(0.1, 2)
            #expect(try bound(mean, scale * posterior.covariance) < posterior.logEvidence)
        }
    }

    @Test func `sampling from the prior estimates the evidence`() throws {
        // The weights at temperature 1 have an effective sample size of about a sixth.
        var generator = Generator(seed: 3)
        let weights = (0..<20_000).map { _ in
            -problem.cost(of: (0..<20).map { _ in 2 * generator.normal() })
        }
        let evidence = Estimate(of: weights.map { exp($0 + 6.925012388) })
        #expect(evidence.deviations(from: 1) < 4)
        #expect(try #require(evidence.standardError) < 0.03)
    }
}
