import Foundation
import OptimistCore
import OptimistModels
import OptimistTorch

/// Soft Q-learning of numbers: the posterior exp Q has no normalizer in closed form, so values are
/// estimated with uniform proposals, and a network is trained to draw from it.
///
/// Particles move where the sampler works, before tanh squashes them: there the posterior's
/// log-density is Q + log p + Σ log(1 − tanh² u).
final class ContinuousSoftQ: SoftQLearner {
    private let settings: SoftQLearningSettings
    private let kind: ActionKind
    private let width: Int
    private let network: FusedNetwork
    private let target: FusedNetwork
    private let sampler: FusedNetwork
    private let trainer: FusedTrainer
    private let samplerTrainer: FusedTrainer

    init(
        _ settings: SoftQLearningSettings, kind: ActionKind, features: Int,
        using generator: inout Generator
    ) {
        self.settings = settings
        self.kind = kind
        width = kind.codeWidth
        network = settings.networks.network(
            inputs: features + width, outputs: 1, using: &generator)
        target = network.copied()
        sampler = settings.networks.network(
            inputs: features + width, outputs: width, using: &generator)
        trainer = FusedTrainer(network, learningRate: settings.learningRate)
        samplerTrainer = FusedTrainer(sampler, learningRate: settings.learningRate)
    }

    private var unit: Double { settings.valueUnit == .nats ? 1 : settings.rewardScale }

    /// Rows with so many sets of numbers each, `[rows · count, features + width]`.
    private func pairs(_ features: Tensor, _ numbers: Tensor) -> Tensor {
        let count = numbers.count / (features.shape[0] * width)
        let repeated = count == 1 ? features : features.repeatedElements(count, axis: 0)
        return Tensor.concatenated([repeated, numbers.reshaped([-1, width])], axis: 1)
    }

    /// Draws before they are squashed, `[rows, count, width]`.
    private func draws(
        _ features: Tensor, count: Int, using generator: inout Generator
    ) -> (inputs: Tensor, noise: Tensor) {
        let noise = Tensor.normal([features.shape[0], count, width], using: &generator)
        return (pairs(features, noise), noise)
    }

    func actions(
        _ features: Tensor, mode: ActingMode, using generator: inout Generator
    ) -> Tensor {
        withoutGradient {
            let isBest = mode == .deterministic
            let count = isBest ? settings.sampler.candidates : 1
            let inputs = draws(features, count: count, using: &generator).inputs
            let actions = sampler.predict(inputs).reshaped([-1, count, width]).tanh()
            if count == 1 { return actions.squeezed(axis: 1) }
            let values = network.predict(pairs(features, actions)).reshaped([-1, count])
            let best = values.argmax(axis: 1).reshaped([-1, 1, 1])
                .expanded([features.shape[0], 1, width])
            return actions.gather(axis: 1, best).squeezed(axis: 1)
        }
    }

    /// V of rows, `[rows]`, in nats.
    private func value(
        _ features: Tensor, _ network: FusedNetwork, using generator: inout Generator
    ) -> Tensor {
        let (rows, count) = (features.shape[0], settings.sampler.valueParticles)
        // Own proposals in every state: shared ones would correlate the targets' noise.
        let proposals = Tensor.uniform([rows, count, width], from: -1, to: 1, using: &generator)
        let values = network.predict(pairs(features, proposals)).reshaped([rows, count])
        return SoftValueEstimate.value(
            actionValues: unit == 1 ? values : values * unit,
            logPrior: settings.prior.logDensity(proposals, kind), width: width)
    }

    func update(
        _ rows: ReplayedRows, updates: Int, using generator: inout Generator
    ) throws -> Double {
        let error = fitValues(rows, using: &generator)
        try requireFinite(error, "values' loss", "of soft Q-learning")
        let norm = improveSampler(rows.features, using: &generator)
        try requireFinite(norm, "sampler's gradient", "of soft Q-learning")
        settings.target.move(target, after: network, updates: updates)
        return error
    }

    private func fitValues(_ rows: ReplayedRows, using generator: inout Generator) -> Double {
        let targets = withoutGradient {
            let following = value(rows.nextFeatures, target, using: &generator)
            return
                (rows.rewards * settings.rewardScale
                + rows.continuation * following * settings.discount).unsqueezed(axis: 1)
        }
        let outputs = trainer.trace(rows.pairs).requiringGradient()
        let loss = settings.loss((outputs.squeezed(axis: 0) - targets / unit).squeezed(axis: 1))
        trainer.backward(gradients(of: loss, withRespectTo: [outputs])[0])
        let norm = trainer.update()
        return norm.isFinite ? loss.item() : norm
    }

    /// One step of the sampler along Stein's direction; the norm of its gradient.
    private func improveSampler(_ features: Tensor, using generator: inout Generator) -> Double {
        withoutGradient {
            let count = settings.sampler.kernelParticles
            let updated = settings.sampler.updated
            let inputs = draws(features, count: count, using: &generator).inputs
            let drawn = samplerTrainer.trace(inputs).reshaped([-1, count, width])
            let moved = drawn.slice(axis: 1, 0..<updated)
            let fixed = drawn.slice(axis: 1, updated..<count)
            let direction = SteinDirection.direction(
                fixed: fixed, updated: moved, score: score(fixed, features))
            // Descent of −Σ u · direction; the fixed ones are constants.
            let slope = (direction * (-1 / Double(features.shape[0] * updated)))
                .padded(axis: 1, before: 0, after: count - updated)
            samplerTrainer.backward(slope.reshaped([1, -1, width]))
            return samplerTrainer.update()
        }
    }

    /// ∇_u [Q(s, tanh u) + log p(tanh u) + Σ log(1 − tanh² u)], `[rows, count, width]`.
    private func score(_ points: Tensor, _ features: Tensor) -> Tensor {
        let actions = points.tanh()
        let inputs = pairs(features, actions)
        _ = trainer.trace(inputs)
        let ones = Tensor.full([1, inputs.shape[0], 1], unit)
        let byInputs = trainer.inputGradient(ones).squeezed(axis: 0)
        let start = features.shape[1]
        let byActions = byInputs.slice(axis: 1, start..<start + width).reshaped(actions.shape)
        return SquashedScore.score(actions: actions, slope: byActions, prior: settings.prior)
    }

    func divergence(_ features: Tensor, using generator: inout Generator) -> SoftDivergence {
        withoutGradient {
            let actions = actions(features, mode: .sample, using: &generator)
            let values = network.predict(pairs(features, actions)).reshaped([-1]) * unit
            return .atLeast(values - value(features, network, using: &generator))
        }
    }

    func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        target.save(to: archive.scope("target"))
        sampler.save(to: archive.scope("sampler"))
        trainer.save(to: archive.scope("trainer"))
        samplerTrainer.save(to: archive.scope("samplerTrainer"))
    }

    func load(from archive: Archive) throws {
        try network.load(from: archive.scope("network"))
        try target.load(from: archive.scope("target"))
        try sampler.load(from: archive.scope("sampler"))
        try trainer.load(from: archive.scope("trainer"))
        try samplerTrainer.load(from: archive.scope("samplerTrainer"))
    }
}
