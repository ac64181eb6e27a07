import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch

/// Actions of the last policy in every state with what the older critic thinks of them.
struct Proposals {
    /// π of the older policy, one law for each row.
    let law: ActionLaw
    /// What was drawn, `[rows, actions, width]`; nil where all choices are there.
    let draws: Tensor?
    /// Q, `[rows, actions]`.
    let values: Tensor
    /// log π of each choice, `[rows, actions]`, or −log N for N draws.
    let logPrior: Tensor

    private init(_ law: ActionLaw, _ draws: Tensor?, _ values: Tensor, _ logPrior: Tensor) {
        self.law = law
        self.draws = draws
        self.values = values
        self.logPrior = logPrior
    }

    /// Proposals for rows of features.
    init(_ features: Tensor, _ learner: MPOLearner, using generator: inout Generator) {
        let law = learner.olderPolicy.predict(features)
        if case .categorical(let choices) = law {
            self.init(
                law, nil, learner.olderCritic.predict(features).squeezed(axis: 0),
                choices.logProbabilities)
            return
        }
        let (rows, count) = (features.size(axis: 0), learner.settings.actionSamples)
        let draws = withoutGradient {
            law.distribution.sample([count], using: &generator).permuted([1, 0, 2]).contiguous()
        }
        let pairs = learner.pairs(
            features.repeatedElements(count, axis: 0), draws.flattened(from: 0, to: 1))
        let values = learner.olderCritic.predict(pairs).reshaped([rows, count])
        self.init(law, draws, values, Tensor([Float(-log(Double(count)))]))
    }

    /// V = E_π Q, `[rows]`.
    var stateValues: Tensor {
        draws == nil ? (logPrior.exp() * values).sum(axis: 1) : values.mean(axis: 1)
    }

    /// Those of some rows, by their indices.
    func rows(_ indices: Tensor) -> Proposals {
        Proposals(
            law.rows(indices), draws?.indexSelect(axis: 0, indices),
            values.indexSelect(axis: 0, indices),
            draws == nil ? logPrior.indexSelect(axis: 0, indices) : logPrior)
    }
}

extension MPOLearner {
    /// One step of the policy towards weighed actions, and of the multipliers that keep it near the
    /// last one; the divergence from it, `[...]`.
    func improve(
        _ states: Tensor, _ proposed: Proposals, _ weights: Tensor
    ) throws -> Tensor {
        switch proposed.law {
        case .categorical(let old):
            try improveChoices(states, weights, old.logProbabilities)
        case .gaussian(let old):
            try improveNumbers(states, proposed, weights, old)
        case .squashed: fail("MPOLearner.improve", "a squashed law")
        }
    }

    private func improveChoices(
        _ states: Tensor, _ weights: Tensor, _ old: Tensor
    ) throws -> Tensor {
        let multiplier = multipliers.mean.value
        var divergence: Tensor!
        let norm = policyLearner.minimize(states) { outputs in
            let new = outputs[0].logSoftmax()
            let distance = MaximizationStep.divergence(from: old, to: new)
            divergence = distance.detached()
            return MaximizationStep.loss(weights: weights, logPolicy: new)
                + (distance * multiplier).sum()
        }
        try requireFinite(norm, "policy's gradient", "of MPO")
        multipliers.mean.descend { ($0 * (-divergence + settings.meanLimit)).sum() }
        return divergence
    }

    private func improveNumbers(
        _ states: Tensor, _ proposed: Proposals, _ weights: Tensor, _ old: Normal
    ) throws -> Tensor {
        let moments = MaximizationStep.Moments(
            draws: proposed.draws!, weights: weights + boundsWeights(proposed), old: old)
        let (byMean, byDeviation) = (multipliers.mean.value, multipliers.deviation.value)
        var found: (mean: Tensor, deviation: Tensor)!
        let norm = policyLearner.minimize(states) { outputs in
            guard case .gaussian(let new) = policy.law(ofOutputs: outputs[0]) else {
                fail("MPOLearner.improve", "a law that is not Gaussian")
            }
            let distance = DecoupledDivergences(from: old, to: new)
            found = (distance.mean.detached(), distance.deviation.detached())
            return MaximizationStep.loss(moments, old: old, new: new)
                + (distance.mean * byMean + distance.deviation * byDeviation).sum()
        }
        try requireFinite(norm, "policy's gradient", "of MPO")
        multipliers.mean.descend { ($0 * (-found.mean + settings.meanLimit)).sum() }
        multipliers.deviation.descend {
            ($0 * (-found.deviation + settings.deviationLimit)).sum()
        }
        return found.mean + found.deviation
    }

    /// Weights of a second objective, the distance that actions stick out of their bounds, with a
    /// temperature of its own; 0 where there are none.
    private func boundsWeights(_ proposed: Proposals) -> Tensor {
        guard let limit = settings.boundsLimit, kind.isBounded, let draws = proposed.draws else {
            return Tensor([0 as Float])
        }
        let distance = (draws - draws.clamped(-1, 1)).square().sum(axis: 2).sqrt()
        let weights = ExpectationStep.weights(
            values: -distance, logPrior: proposed.logPrior,
            temperature: boundsTemperature.value)
        boundsTemperature.descend {
            ExpectationStep.dual(
                values: -distance, logPrior: proposed.logPrior, temperature: $0, limit: limit)
        }
        return weights
    }
}
