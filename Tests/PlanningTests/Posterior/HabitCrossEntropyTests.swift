import OptimistCore
import OptimistInference
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct HabitCrossEntropyTests {
    // It maximizes S = −2 (0.7 a² − 0.8 a), at 0.4/0.7; prior times likelihood has its mean at
    // 0.44.
    @Test func `it finds the best score and not the posterior`() throws {
        var planner = HabitCrossEntropy()
        planner.method.iterations = 12
        var generator = Generator(seed: 1)
        let found = try planner.infer(
            in: LinearGaussianImagination.oneDecision,
            from: Tensor.zeros([4, 1], type: .float64), toward: PlanningObjective(horizon: 1),
            using: &generator)
        for mean in found.first.mean.doubles() {
            #expect(abs(mean - 0.4 / 0.7) < 0.05)
        }
        let exact = 1 / 4.3.squareRoot()
        #expect(found.first.standardDeviation.max().item() < exact / 2)
        #expect(found.objective == nil)
    }

    @Test func `over a standard habit it is the cross-entropy method itself`() throws {
        let model = LinearGaussianImagination(
            LinearGaussianImagination.doubleIntegrator(), habitDeviation: 1)
        let states = Tensor([1.0, 0, -0.4, 0.8], shape: [2, 2])
        let objective = PlanningObjective(horizon: 5)
        let planner = HabitCrossEntropy()
        var generators = (Generator(seed: 2), Generator(seed: 2))
        let found = try planner.infer(
            in: model, from: states, toward: objective, using: &generators.0)
        let box = ActionBox(-4, 4, width: 1, type: .float64)
        var memory = PlanMemory(states: 2, horizon: 5, box: box)
        let plan = try planner.method.plan(
            PlanningProblem(
                states: 2, horizon: 5, box: box,
                scorer: ImaginationScorer(model, from: states, toward: objective)),
            from: &memory, using: &generators.1)
        #expect(found.sequence!.mean.isClose(to: plan.actions, relative: 1e-12))
        #expect(found.sequence!.standardDeviation.isClose(to: plan.deviation!, relative: 1e-12))
        #expect(found.evaluations == plan.evaluations)
    }

    @Test func `the habit is where the search starts and how far it reaches`() throws {
        let model = LinearGaussianImagination.decision(
            curvature: 1, slope: -10, habitMean: 3, habitDeviation: 0.1)
        var planner = HabitCrossEntropy()
        (planner.method.iterations, planner.reach) = (20, 2)
        var generator = Generator(seed: 3)
        let found = try planner.infer(
            in: model, from: Tensor.zeros([1, 1], type: .float64),
            toward: PlanningObjective(horizon: 1), using: &generator)
        // The best action is 10; the box ends two deviations above the habit's mean.
        #expect(abs(found.first.mean.item() - 3.2) < 0.01)
    }
}
