import Foundation
import OptimistCore
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

/// The planning bound that planners report where steps are discounted and tasks may end.
@Suite struct DiscountedObjectiveTests {
    /// A step earns its action and leads nowhere; the task goes on with a probability of 0.8. The
    /// habit is N(0, 1).
    private struct FadingPush: ImaginationModel {
        func habit(at states: Tensor) -> Normal {
            Normal(
                mean: .zeros([states.shape[0], 1], type: .float64), standardDeviation: 1,
                eventRank: 1)
        }

        func imagine(
            _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
            using generator: inout Generator
        ) throws -> Imagined {
            Imagined(
                states: states, logOptimality: actions.select(axis: 1, 0),
                continuation: .full([states.shape[0]], 0.8, type: .float64))
        }

        func value(of states: Tensor) -> Tensor? { nil }
    }

    private let objective = PlanningObjective(horizon: 3, discount: 0.6)

    /// Σ (0.6 · 0.8)ᵏ (E a − KL(q(a) ‖ N(0, 1))) of a plan from a single state.
    private func bound(of plan: Normal, discountingCosts: Bool = true) -> Double {
        let (means, variances) = (plan.mean.doubles(), plan.variance.doubles())
        return means.indices.reduce(0) { sum, step in
            let weight = pow(0.48, Double(step))
            let cost =
                (variances[step] + means[step] * means[step] - 1 - log(variances[step])) / 2
            return sum + weight * means[step] - (discountingCosts ? weight : 1) * cost
        }
    }

    @Test func `importance weighting and the gradient report the same bound`() throws {
        var generator = Generator(seed: 1)
        var weighting = ImportanceWeighting()
        (weighting.candidates, weighting.iterations) = (200_000, 1)
        weighting.minimumEffectiveShare = 0
        let found = try weighting.infer(
            in: FadingPush(), from: .zeros([1, 1], type: .float64), toward: objective,
            using: &generator)
        let plan = try #require(found.sequence)
        let reported = found.objective!.mean.doubles()
        // A third of the draws or so count: an error of about 0.004.
        #expect(abs(reported[1] - bound(of: plan)) < 0.02)
        #expect(abs(reported[1] - bound(of: plan, discountingCosts: false)) > 0.05)

        var gradient = VariationalGradient()
        (gradient.samples, gradient.iterations) = (2_000, 100)
        let ascended = try gradient.infer(
            in: FadingPush(), from: .zeros([1, 1], type: .float64), toward: objective,
            using: &generator)
        let best = ascended.objective!.mean.doubles().max()!
        // Its noise has exact moments, so that rewards and divergences are free of error.
        #expect(abs(best - bound(of: ascended.sequence!)) < 1e-6)
        // The ascent weighs each step's divergence as its reward: every mean goes to 1.
        #expect(ascended.sequence!.mean.doubles().allSatisfy { abs($0 - 1) < 0.05 })
    }
}
