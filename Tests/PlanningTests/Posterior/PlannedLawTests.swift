import Foundation
import OptimistCore
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

/// The law that is nearest to weighted actions: where a plan is fitted, and a habit distilled.
@Suite struct PlannedLawTests {
    private static let actions = [0.3, -1.2, 0.8, 2.0, -0.5, 0.1]
    private static let weights = [0.1, 0.2, 0.3, 0.05, 0.25, 0.1]

    /// Σ w log p(a), which distillation maximizes.
    private func score(_ law: Normal) -> Tensor {
        let logs = law.logDensity(Tensor(Self.actions, shape: [6, 1]))
        return (Tensor(Self.weights) * logs).sum()
    }

    @Test func `a Gaussian takes the weighted mean and the weighted variance`() {
        let habit = Normal.standard([1, 1], eventRank: 1, type: .float64)
        let law = Normal.matched(
            to: Tensor(Self.actions, shape: [1, 6, 1]),
            weights: Tensor(Self.weights, shape: [1, 6]), like: habit, deviationFloor: 0.01)
        var (mean, square) = (0.0, 0.0)
        for (action, weight) in zip(Self.actions, Self.weights) { mean += weight * action }
        for (action, weight) in zip(Self.actions, Self.weights) {
            square += weight * (action - mean) * (action - mean)
        }
        #expect(abs(law.mean.item() - mean) < 1e-12)
        #expect(abs(law.variance.item() - square) < 1e-12)
        // There the slope of the distillation's objective vanishes, and it falls to all sides.
        func score(_ mean: Double, _ deviation: Double) -> Double {
            self.score(
                Normal(
                    mean: Tensor([mean]), standardDeviation: Tensor([deviation]), eventRank: 1)
            ).item()
        }
        let leaves = [Tensor([mean]), Tensor([log(square) / 2])].map { $0.requiringGradient() }
        let slopes = gradients(
            of: self.score(
                Normal(mean: leaves[0], logStandardDeviation: leaves[1], eventRank: 1)),
            withRespectTo: leaves)
        for slope in slopes { #expect(abs(slope.item()) < 1e-12) }
        let best = score(mean, square.squareRoot())
        for shift in [-0.1, 0.1] {
            #expect(score(mean + shift, square.squareRoot()) < best - 1e-4)
            #expect(score(mean, square.squareRoot() + shift) < best - 1e-4)
        }
    }

    @Test func `a floor keeps a single action from being all there is`() {
        let law = Normal.matched(
            to: Tensor([0.7, 0.7], shape: [1, 2, 1]), weights: Tensor([0.5, 0.5], shape: [1, 2]),
            like: Normal.standard([1, 1], eventRank: 1, type: .float64), deviationFloor: 0.05)
        #expect(law.standardDeviation.item() == 0.05 && abs(law.mean.item() - 0.7) < 1e-12)
    }

    @Test func `a categorical law takes the weighted frequencies`() {
        let law = Categorical.matched(
            to: Tensor([2, 0, 2, 1], shape: [1, 4]),
            weights: Tensor([0.4, 0.3, 0.1, 0.2], shape: [1, 4]),
            like: Categorical(logits: Tensor.zeros([1, 3], type: .float64)), deviationFloor: 0)
        for (found, expected) in zip(law.probabilities.doubles(), [0.3, 0.2, 0.5]) {
            #expect(abs(found - expected) < 1e-12)
        }
    }
}
