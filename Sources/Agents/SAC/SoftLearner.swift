import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch

/// The updates of soft actor-critic, for numbers and for choices.
final class SoftLearner {
    let policy: PolicyNetwork
    let critics: SoftCritics
    let temperature: Temperature
    private let settings: SACSettings
    private let kind: ActionKind
    private let learner: FusedLearner

    init(
        _ settings: SACSettings, kind: ActionKind, features: Int, using generator: inout Generator
    ) {
        self.settings = settings
        self.kind = kind
        policy = PolicyNetwork(
            features: features, units: settings.networks.units,
            activation: settings.networks.activation, kind: kind, spread: .squashed,
            using: &generator)
        learner = FusedLearner([policy.network], learningRate: settings.learningRate)
        let inputs = kind.isDiscrete ? features : features + kind.codeWidth
        critics = SoftCritics(
            inputs: inputs, outputs: kind.isDiscrete ? kind.codeWidth : 1, settings: settings,
            using: &generator)
        temperature = Temperature(
            settings.temperatureChoice(kind), learningRate: settings.learningRate)
    }

    /// One update of critics, policy and temperature.
    func update(
        _ rows: TransitionRows, _ progress: inout SoftProgress, using generator: inout Generator
    ) throws {
        let price = temperature.value
        let error =
            kind.isDiscrete
            ? fitChoices(rows, price) : fitNumbers(rows, price, using: &generator)
        try requireFinite(error, "critics' loss", "of SAC")
        let densities =
            kind.isDiscrete
            ? try improveChoices(rows, price) : try improveNumbers(rows, price, using: &generator)
        temperature.adapt(to: densities)
        critics.follow()
        progress.add(
            rows, criticLoss: error, logDensities: densities, temperature: price)
    }

    private func targets(_ rows: TransitionRows, _ following: Tensor) -> Tensor {
        rows.rewards + rows.continuation * following * settings.discount
    }
}

// Numbers: actions are drawn, and their gradient leads through the critics.
extension SoftLearner {
    private func fitNumbers(
        _ rows: TransitionRows, _ price: Tensor, using generator: inout Generator
    ) -> Double {
        let targets = withoutGradient {
            guard case .squashed(let law) = policy.predict(rows.nextFeatures) else {
                fail("SoftLearner", "a law that is not squashed")
            }
            let draw = law.draw(using: &generator)
            let cost = draw.logDensity - settings.prior.logDensity(draw.value, kind)
            let pairs = Tensor.concatenated([rows.nextFeatures, draw.value], axis: 1)
            return self.targets(rows, critics.target(pairs).squeezed(axis: 1) - cost * price)
        }
        return critics.fit(rows.pairs, to: targets.unsqueezed(axis: 1))
    }

    /// Descends E[τ log π/p − Q], through the draw; log π of what was drawn.
    private func improveNumbers(
        _ rows: TransitionRows, _ price: Tensor, using generator: inout Generator
    ) throws -> Tensor {
        var densities: Tensor!
        let norm = learner.minimize(rows.features) { outputs in
            let law = policy.law(ofOutputs: outputs[0])
            let draw = law.reparameterizedDraw(using: &generator)!
            densities = draw.logDensity.detached()
            let pairs = Tensor.concatenated([rows.features, draw.value.detached()], axis: 1)
            let slope = critics.judge(pairs, by: settings.policyCritic).gradient
                .slice(axis: 1, rows.features.size(axis: 1)..<pairs.size(axis: 1))
            let cost = draw.logDensity - settings.prior.logDensity(draw.value, kind)
            // The second sum has the gradient of −Q.
            return (cost * price).mean() - (draw.value * slope).sum() / Double(densities.count)
        }
        try requireFinite(norm, "policy's gradient", "of SAC")
        return densities
    }
}

// Choices: everything is an exact expectation (Christodoulou 2019, arXiv 1910.07207).
extension SoftLearner {
    private func fitChoices(_ rows: TransitionRows, _ price: Tensor) -> Double {
        let targets = withoutGradient {
            let law = logits(policy.predict(rows.nextFeatures))
            let values = critics.target(rows.nextFeatures)
            let following = (law.exp() * (values - (law - priorConstant) * price)).sum(axis: 1)
            return self.targets(rows, following)
        }
        let chosen = rows.actions.unsqueezed(axis: 1)
        return critics.minimize(rows.features) { outputs in
            let index = chosen.unsqueezed(axis: 0).expanded([2] + chosen.shape)
            let values = outputs.gather(axis: 2, index).squeezed(axis: 2)
            return (values - targets).square().mean()
        }
    }

    private func improveChoices(_ rows: TransitionRows, _ price: Tensor) throws -> Tensor {
        let values = withoutGradient {
            settings.policyCritic.value(of: critics.networks.predict(rows.features))
        }
        var expected: Tensor!
        let norm = learner.minimize(rows.features) { outputs in
            let law = logits(policy.law(ofOutputs: outputs[0]))
            let probabilities = law.exp()
            expected = (probabilities * law).sum(axis: 1).detached()
            return (probabilities * ((law - priorConstant) * price - values)).sum(axis: 1).mean()
        }
        try requireFinite(norm, "policy's gradient", "of SAC")
        return expected
    }

    private var priorConstant: Double { settings.prior.constant(kind)! }

    private func logits(_ law: ActionLaw) -> Tensor {
        guard case .categorical(let law) = law else { fail("SoftLearner", "a law over numbers") }
        return law.logProbabilities
    }
}

extension SoftLearner {
    func save(to archive: Archive) {
        policy.save(to: archive.scope("policy"))
        learner.save(to: archive.scope("learner"))
        critics.save(to: archive.scope("critics"))
        temperature.save(to: archive.scope("temperature"))
    }

    func load(from archive: Archive) throws {
        try policy.load(from: archive.scope("policy"))
        try learner.load(from: archive.scope("learner"))
        try critics.load(from: archive.scope("critics"))
        try temperature.load(from: archive.scope("temperature"))
    }
}

extension SACSettings {
    /// τ, or the entropy by which it is found.
    func temperatureChoice(_ kind: ActionKind) -> Temperature.Choice {
        if let temperature { return .fixed(temperature) }
        let usual: Double
        switch kind {
        case .discrete(let count): usual = 0.98 * log(Double(count))
        case .continuous(let width, _): usual = -Double(width)
        }
        return .automatic(entropy: entropy ?? usual, initial: initialTemperature)
    }
}
