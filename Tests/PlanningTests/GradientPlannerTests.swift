import OptimistCore
import OptimistEnvironments
import OptimistPlanning
import OptimistTorch
import Testing

@Suite struct GradientPlannerTests {
    private let scorer = DifferentiablePendulum(angle: 0.3, velocity: -0.4)
    private let box = ActionBox(-2, 2, width: 1, type: .float64)
    private let horizon = 12
    private var problem: PlanningProblem {
        PlanningProblem(states: 1, horizon: horizon, box: box, scorer: scorer)
    }

    /// Logits of plans that stay off the speed limit and the angle's wrap.
    private func logits(seed: UInt64) -> Tensor {
        var generator = Generator(seed: seed)
        return Tensor.normal([1, 2, horizon, 1], type: .float64, using: &generator) * 0.5
    }

    @Test func `the differentiable pendulum is the pendulum`() throws {
        var unused = Generator(seed: 0)
        let sequences = box.low + (box.high - box.low) * logits(seed: 1).sigmoid()
        let task = Pendulum(.init())
        let start = Pendulum.State(angle: scorer.angle, velocity: scorer.velocity)
        let exact = try TaskScorer(task, from: [start])
            .scores(of: sequences.to(.float32), using: &unused).doubles()
        let found = scorer.scores(of: sequences, using: &unused).doubles()
        for (left, right) in zip(found, exact) { #expect(abs(left - right) < 1e-4 * abs(right)) }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `its derivative equals central differences`(seed: UInt64) throws {
        let parameter = logits(seed: seed)
        let noise = Generator(seed: 0)
        let found = try GradientPlanner().gradient(problem, at: parameter, noise).doubles()
        let values = parameter.doubles()
        for index in values.indices {
            func score(_ shift: Double) -> Double {
                var moved = values
                moved[index] += shift
                let sequences =
                    box.low + (box.high - box.low)
                    * Tensor(moved, shape: parameter.shape).sigmoid()
                var unused = noise
                return scorer.scores(of: sequences, using: &unused).sum().item()
            }
            let difference = (score(1e-5) - score(-1e-5)) / 2e-5
            #expect(abs(found[index] - difference) < 1e-5 * max(abs(difference), 0.1))
        }
    }

    @Test func `a long gradient is scaled to the clipping norm and a short one is kept`() throws {
        var planner = GradientPlanner()
        let plain = try planner.gradient(problem, at: logits(seed: 3), Generator(seed: 0))
        let norms = plain.square().sum(axes: [2, 3]).sqrt().doubles()
        let limit = (norms[0] + norms[1]) / 2
        planner.clippingNorm = limit
        let clipped = try planner.gradient(problem, at: logits(seed: 3), Generator(seed: 0))
        let found = clipped.square().sum(axes: [2, 3]).sqrt().doubles()
        for (before, after) in zip(norms, found) {
            #expect(abs(after - min(before, limit)) < 1e-9 * before)
        }
    }
}
