import Foundation
import OptimistCore
import OptimistInference
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct ActionEnumerationTests {
    /// A sure 0.6 or, by a coin, 0 or 1, at 5 nats per unit of reward; uniform habit.
    private let lottery = TabularImagination(
        habit: [[0.5, 0.5]],
        outcomes: [
            [
                [.init(probability: 1, next: 0, logOptimality: 3)],
                [
                    .init(probability: 0.5, next: 0, logOptimality: 0),
                    .init(probability: 0.5, next: 0, logOptimality: 5),
                ],
            ]
        ])

    private func plan(
        _ planner: ActionEnumeration, _ model: TabularImagination, from states: [Int],
        _ objective: PlanningObjective, seed: UInt64
    ) throws -> ActionPosterior<Categorical> {
        var generator = Generator(seed: seed)
        return try planner.infer(
            in: model, from: Tensor(states), toward: objective, using: &generator)
    }

    @Test(arguments: [0.0, 1.0])
    func `planning in the golden agent's model is the exact planning bound`(
        weight: Double
    ) throws {
        let agent = try GoldenInstance.agent()
        let exact = PlanningBound(
            agent: agent, rewards: [0, 1], rewardOffset: 1, informationWeight: weight)
        var planner = ActionEnumeration()
        (planner.rollouts, planner.maximumRollouts) = (40_000, 40_000)
        let found = try plan(
            planner, TabularImagination(agent: agent), from: [0, 1],
            PlanningObjective(horizon: 2, informationWeight: weight), seed: 1)
        let values = found.values!
        let errors = values.standardError!.doubles()
        for (index, value) in values.mean.doubles().enumerated() {
            let expected = exact.values(remaining: 2)[index / 2][index % 2]
            #expect(errors[index] < 0.004)
            #expect(abs(value - expected) < 4 * errors[index])
        }
        let expected = weight == 0 ? [0.653728, 0.254018] : [0.660258, 0.262534]
        for z in 0..<2 {
            let law = found.first.probabilities.doubles()[z * 2 + 1]
            // dq = q (1 − q) d(L̂₁ − L̂₀), and q (1 − q) is at most 1/4.
            let error =
                (errors[z * 2] * errors[z * 2] + errors[z * 2 + 1] * errors[z * 2 + 1])
                .squareRoot() / 4
            #expect(abs(exact.actionLaws(remaining: 2)[z][1] - expected[z]) < 5e-7)
            #expect(abs(law - expected[z]) < 4 * error)
        }
        if weight == 1 {
            // What the next arrivals tell, both steps together, under the posterior.
            #expect(found.information!.min().item() > 0.25)
        }
    }

    @Test(arguments: [(2, 0.5792), (5, 0.5978), (20, 0.6145), (100, 0.6207)])
    func `with few rollouts the posterior leans towards indifference`(
        rollouts: Int, expected: Double
    ) throws {
        var planner = ActionEnumeration()
        (planner.rollouts, planner.maximumRollouts) = (rollouts, rollouts)
        let found = try plan(
            planner, lottery, from: [Int](repeating: 0, count: 8_000),
            PlanningObjective(horizon: 1), seed: 2)
        let law = Estimate(of: found.first.probabilities.select(axis: 1, 0).doubles())
        #expect(law.standardError! < 0.005)
        #expect(abs(law.mean - expected) < 4 * law.standardError! + 5e-5)
    }

    @Test func `many rollouts give the risk-neutral posterior`() throws {
        var planner = ActionEnumeration()
        (planner.tolerance, planner.maximumRollouts) = (0.005, 1 << 18)
        let found = try plan(planner, lottery, from: [0], PlanningObjective(horizon: 1), seed: 3)
        let error = found.values!.standardError!.doubles()
        #expect(error[0] == 0)
        #expect(error[1] <= 0.005)
        let law = found.first.probabilities.doubles()[0]
        #expect(abs(law - 0.622459) < 4 * error[1] / 4)
    }

    @Test func `rollouts are doubled until values are certain enough, or the limit is reached`()
        throws
    {
        // The coin's deviation is 2.5 nats: 64 rollouts leave 0.31.
        var planner = ActionEnumeration()
        (planner.rollouts, planner.tolerance, planner.maximumRollouts) = (8, 0.4, 1_000)
        let enough = try plan(planner, lottery, from: [0], PlanningObjective(horizon: 1), seed: 4)
        #expect((32...128).contains(enough.evaluations / 2))
        #expect(enough.values!.standardError!.max().item() <= 0.4)
        planner.tolerance = 1e-3
        let limited = try plan(planner, lottery, from: [0], PlanningObjective(horizon: 1), seed: 4)
        #expect(limited.evaluations == 2_000)
    }

    @Test func `actions are compared under the same luck`() throws {
        // Both actions throw the same coin, and the second earns 0.1 more.
        let coin = { (extra: Double) in
            [0.0, 5].map {
                TabularImagination.Outcome(
                    probability: 0.5, next: 0, logOptimality: $0 + extra)
            }
        }
        let model = TabularImagination(habit: [[0.5, 0.5]], outcomes: [[coin(0), coin(0.1)]])
        var planner = ActionEnumeration()
        (planner.rollouts, planner.maximumRollouts) = (16, 16)
        let found = try plan(planner, model, from: [0], PlanningObjective(horizon: 3), seed: 5)
        let values = found.values!.mean.doubles()
        #expect(abs(values[1] - values[0] - 0.1) < 1e-12)
    }

    @Test func `the bound of the posterior is the best, and the habit's is below`() throws {
        let found = try plan(
            ActionEnumeration(), lottery, from: [0], PlanningObjective(horizon: 1), seed: 6)
        let bounds = found.objective!.mean.doubles()
        let law = found.first.probabilities
        let direct = (law * found.values!.mean).sum().item() - found.divergence.item()
        #expect(abs(bounds[1] - direct) < 1e-12)
        #expect(bounds[0] < bounds[1])
    }

    @Test func `an impossible action has no part in the posterior`() throws {
        let model = TabularImagination(
            habit: [[0.5, 0.25, 0.25]],
            outcomes: [
                [-Double.infinity, 0, 1].map {
                    [.init(probability: 1, next: 0, logOptimality: $0)]
                }
            ])
        let found = try plan(
            ActionEnumeration(), model, from: [0], PlanningObjective(horizon: 1), seed: 8)
        let law = found.first.probabilities.doubles()
        #expect(law[0] == 0)
        #expect(abs(law[2] / law[1] - exp(1)) < 1e-9)
        #expect(abs(found.logEvidence!.mean.item() - log((1 + exp(1)) / 4)) < 1e-12)
    }

    @Test func `a model that diverges is named`() {
        let broken = TabularImagination(
            habit: [[1], [1]],
            outcomes: [
                [[.init(probability: 1, next: 0, logOptimality: 0)]],
                [[.init(probability: 1, next: 1, logOptimality: .nan)]],
            ])
        #expect(throws: PlanningError.noFiniteScore(state: 1)) {
            _ = try plan(
                ActionEnumeration(), broken, from: [0, 1], PlanningObjective(horizon: 2), seed: 7)
        }
    }
}
