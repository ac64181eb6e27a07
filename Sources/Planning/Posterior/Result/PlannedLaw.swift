import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// A law of actions that planners can fit to weighted actions and compare with the habit.
public protocol PlannedLaw: TensorDistribution {
    /// The law of this kind that is nearest to weighted actions, KL(weighted actions ‖ law) being
    /// smallest: their moments or their frequencies.
    ///
    /// - Parameters:
    ///   - actions: `[state, particle, ...]`.
    ///   - weights: `[state, particle]`, which sum to 1 for each state.
    ///   - habit: a law of the same kind, batch `[state]`.
    ///   - deviationFloor: no deviation is smaller; without meaning for indices.
    static func matched(
        to actions: Tensor, weights: Tensor, like habit: Self, deviationFloor: Double
    ) -> Self

    /// The mixture of each `count` laws that follow one another in the batch `[rows · count]`,
    /// batch `[rows]`; the law with its moments where a mixture is not of this kind.
    func pooled(by count: Int) -> Self

    /// KL(self ‖ other), `[batch...]`, in nats.
    func divergence(to other: Self) -> Tensor
}

extension Normal: PlannedLaw {
    /// The Gaussian with the mean and deviations of weighted actions `[state, particle, event...]`.
    public static func matched(
        to actions: Tensor, weights: Tensor, like habit: Normal, deviationFloor: Double
    ) -> Normal {
        let eventRank = actions.rank - 2
        let wide = weights.reshaped(weights.shape + Array(repeating: 1, count: eventRank))
        let mean = (wide * actions).sum(axis: 1)
        let variance = (wide * (actions - mean.unsqueezed(axis: 1)).square()).sum(axis: 1)
        return Normal(
            mean: mean, standardDeviation: variance.sqrt().maximum(deviationFloor),
            eventRank: eventRank)
    }

    /// The Gaussian with the mean and deviations of the mixture.
    public func pooled(by count: Int) -> Normal {
        let groups = [shape[0] / count, count] + shape.dropFirst()
        let means = mean.reshaped(groups)
        let spread = variance.reshaped(groups).mean(axis: 1)
        let between = means.variance(axis: 1, correction: 0)
        return Normal(
            mean: means.mean(axis: 1), standardDeviation: (spread + between).sqrt(),
            eventRank: eventRank)
    }

    /// The law of the first of several steps: event `[step, action]` becomes `[action]`.
    var firstStep: Normal {
        Normal(
            mean: mean.select(axis: 1, 0),
            standardDeviation: standardDeviation.select(axis: 1, 0), eventRank: 1)
    }
}

extension Categorical: PlannedLaw {
    /// The law with the weighted frequencies of indices `[state, particle]`; an index that no
    /// particle has is excluded.
    public static func matched(
        to actions: Tensor, weights: Tensor, like habit: Categorical, deviationFloor: Double
    ) -> Categorical {
        let counts = Tensor.zeros(
            [weights.shape[0], habit.classes], type: weights.elementType, device: weights.device)
        return Categorical(weights: counts.scatterAdd(axis: 1, actions, weights))
    }

    /// The mixture, which is a categorical law again.
    public func pooled(by count: Int) -> Categorical {
        let groups = [logProbabilities.shape[0] / count, count, classes]
        return Categorical(
            logits: logProbabilities.reshaped(groups).logSumExp(axis: 1) - log(Double(count)))
    }
}
