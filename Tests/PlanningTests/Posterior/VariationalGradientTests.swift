import OptimistCore
import OptimistInference
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct VariationalGradientTests {
    private func plan(
        _ planner: VariationalGradient, _ model: LinearGaussianImagination, from states: Tensor,
        horizon: Int
    ) throws -> ActionPosterior<Normal> {
        var generator = Generator(seed: 1)
        return try planner.infer(
            in: model, from: states, toward: PlanningObjective(horizon: horizon),
            using: &generator)
    }

    @Test func `one decision with a quadratic score has the exact posterior`() throws {
        var planner = VariationalGradient()
        (planner.iterations, planner.learningRate, planner.samples) = (300, 0.05, 2)
        let found = try plan(
            planner, .oneDecision, from: Tensor.zeros([3, 1], type: .float64), horizon: 1)
        for mean in found.first.mean.doubles() { #expect(abs(mean - 0.441860) < 1e-3) }
        for variance in found.first.variance.doubles() { #expect(abs(variance * 4.3 - 1) < 5e-3) }
        let exact = LinearGaussianImagination.oneDecisionLogEvidence
        let bounds = found.objective!.mean
        #expect(bounds.shape == [301, 3])
        // The noise's moments are exact, so the bound of a quadratic is: it nears the evidence.
        #expect(abs(bounds.max().item() - exact) < 1e-5)
        #expect(bounds.max().item() <= exact + 1e-12)
    }

    @Test func `ten iterations bring most of what the posterior is worth`() throws {
        let found = try plan(
            VariationalGradient(), .oneDecision, from: Tensor.zeros([1, 1], type: .float64),
            horizon: 1)
        let bounds = found.objective!.mean.doubles()
        let exact = LinearGaussianImagination.oneDecisionLogEvidence
        #expect(exact - bounds.max()! < 0.2 * (exact - bounds[0]))
    }

    // With a linear system and independent Gaussian actions the best mean is that of the exact
    // posterior, noise or not.
    @Test(arguments: [0.0, 0.01])
    func `a linear system's best mean is the regulator's`(noise: Double) throws {
        let problem = LinearGaussianImagination.doubleIntegrator(noise: noise)
        let model = LinearGaussianImagination(problem, habitDeviation: 0.8)
        let exact = try problem.solve(
            steps: 4,
            objective: .bound(
                temperature: 1, prior: .gaussian(variance: 0.64, actions: 1)))
        let start = [1.0, -0.2]
        var planner = VariationalGradient()
        (planner.iterations, planner.learningRate, planner.samples) = (400, 0.03, 32)
        let found = try plan(
            planner, model, from: Tensor(start, shape: [1, 2]), horizon: 4)
        let policy = exact.policies[0]
        let expected = policy.mean(start)[0]
        #expect(abs(found.first.mean.item() - expected) < (noise == 0 ? 0.01 : 0.05))
        let bounds = found.objective!
        let margin = 4 * bounds.standardError!.doubles().last!
        #expect(bounds.mean.max().item() <= exact.values[0](start) + margin)
    }

    @Test func `a gradient that is too long does not throw the plan away`() throws {
        let steep = LinearGaussianImagination.decision(curvature: 1e6, slope: -2e6)
        var planner = VariationalGradient()
        planner.iterations = 60
        let found = try plan(
            planner, steep, from: Tensor.zeros([1, 1], type: .float64), horizon: 1)
        #expect(abs(found.first.mean.item() - 2) < 0.2)
        let bounds = found.objective!.mean.doubles()
        #expect(bounds.max()! > bounds[0] / 100)
    }
}
