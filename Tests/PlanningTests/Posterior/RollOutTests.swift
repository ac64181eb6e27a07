import Foundation
import OptimistCore
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct RollOutTests {
    /// Every step earns the action and goes on with probability a half; states count the steps.
    private struct Halving: ImaginationModel {
        var hasValue = true
        func habit(at states: Tensor) -> Normal {
            .standard([states.shape[0], 1], eventRank: 1, type: .float64)
        }
        func imagine(
            _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
            using generator: inout Generator
        ) throws -> Imagined {
            let flat = actions.squeezed(axis: 1)
            return Imagined(
                states: states + 1, logOptimality: flat,
                continuation: Tensor.full(like: flat, 0.5),
                information: information ? flat * 0.1 : nil)
        }
        func value(of states: Tensor) -> Tensor? {
            hasValue ? states.squeezed(axis: 1) * 10 : nil
        }
    }

    private func score(
        _ model: some ImaginationModel<Normal>, _ objective: PlanningObjective,
        _ actions: [Double]
    ) throws -> Double {
        var generator = Generator(seed: 1)
        return try ImaginationScorer(
            model, from: Tensor.zeros([1, 1], type: .float64), toward: objective
        ).scores(
            of: Tensor(actions, shape: [1, 1, actions.count, 1]), using: &generator
        ).item()
    }

    @Test func `an arrival's terms count before its ending does, the value after all`() throws {
        let plain = PlanningObjective(horizon: 3, discount: 0.9)
        // 1 + γ ½ 2 + γ² ¼ 4 + γ³ ⅛ 30.
        let ends = 1 + 0.9 + 0.81 + 0.729 / 8 * 30
        #expect(abs(try score(Halving(), plain, [1, 2, 4]) - ends) < 1e-12)
        #expect(
            abs(try score(Halving(hasValue: false), plain, [1, 2, 4]) - 2.71) < 1e-12)
    }

    @Test func `information is added by its weight`() throws {
        let objective = PlanningObjective(horizon: 2, informationWeight: 3)
        // (1 + ½ 2) (1 + 3 · 0.1) + ¼ 20.
        #expect(abs(try score(Halving(), objective, [1, 2]) - (2 * 1.3 + 5)) < 1e-12)
        let watched = PlanningObjective(horizon: 2, measuresInformation: true)
        #expect(abs(try score(Halving(), watched, [1, 2]) - 7) < 1e-12)
    }

    @Test func `rollouts of one sequence are averaged`() throws {
        var generator = Generator(seed: 2)
        let scorer = ImaginationScorer(
            Lottery(), from: Tensor.zeros([1, 1], type: .float64),
            toward: PlanningObjective(horizon: 1), rollouts: 40_000)
        let scores = try scorer.scores(
            of: Tensor([-1.0, 1], shape: [1, 2, 1, 1]), using: &generator
        ).doubles()
        #expect(abs(scores[0] - 3) < 1e-9)
        #expect(abs(scores[1] - 2.5) < 4 * 2.5 / 40_000.0.squareRoot())
    }

    @Test func `resampled sequences appear as often as their weights say`() {
        let weights = Tensor([0.5, 0.25, 0.25, 0, 0, 0, 0, 1], shape: [2, 4])
        let particles = ActionParticles(
            actions: Tensor((0..<24).map { Double($0) }, shape: [2, 4, 3]),
            logWeights: weights.log())
        var generator = Generator(seed: 3)
        let chosen = particles.resampled(8, using: &generator)
        #expect(chosen.shape == [2, 8, 3])
        let first = chosen.select(axis: 2, 0).doubles()
        #expect(first == [0, 0, 0, 0, 3, 3, 6, 6] + [Double](repeating: 21, count: 8))
        #expect(chosen.select(axis: 2, 2).doubles()[4] == 5)
        #expect(particles.effectiveSampleSize.isClose(to: Tensor([8.0 / 3, 1])))
    }

    @Test func `targets are particles where there are any, draws of the law elsewhere`() throws {
        let model = LinearGaussianImagination.oneDecision
        let states = Tensor.zeros([2, 1], type: .float64)
        var generator = Generator(seed: 4)
        let objective = PlanningObjective(horizon: 1)
        let weighted = try ImportanceWeighting().infer(
            in: model, from: states, toward: objective, using: &generator)
        let ascended = try VariationalGradient().infer(
            in: model, from: states, toward: objective, using: &generator)
        for posterior in [weighted, ascended] {
            let targets = posterior.targets(5_000, using: &generator)
            #expect(targets.shape == [2, 5_000, 1])
            let error = (posterior.first.standardDeviation.max().item()) / 5_000.0.squareRoot()
            #expect(
                targets.mean(axis: 1).isClose(
                    to: posterior.first.mean, relative: 0, absolute: 4 * error))
        }
    }
}
