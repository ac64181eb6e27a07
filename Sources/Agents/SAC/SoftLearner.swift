import Foundation
import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistProbability
import OptimistTorch

/// The updates of soft actor-critic, for numbers and for choices, with and without a memory.
package final class SoftLearner {
    package let policy: PolicyNetwork
    package let memory: PolicyMemory?
    package let critics: SoftCritics
    package let temperature: Temperature
    private let settings: SACSettings
    private let kind: ActionKind
    private let objective: SoftObjective
    private let learner: FusedLearner

    /// A learner with drawn weights.
    ///
    /// - Parameters:
    ///   - settings: of the agent.
    ///   - kind: what actions are.
    ///   - observation: numbers in an encoded observation.
    ///   - generator: draws the weights.
    package init(
        _ settings: SACSettings, kind: ActionKind, observation: Int,
        using generator: inout Generator
    ) {
        self.settings = settings
        self.kind = kind
        objective = SoftObjective(
            prior: settings.prior, kind: kind, discount: settings.discount)
        let memories = (0..<2).map { _ in
            settings.networks.memory == 0
                ? nil
                : PolicyMemory(
                    hidden: settings.networks.memory, observation: observation,
                    code: kind.codeWidth, using: &generator)
        }
        memory = memories[0]
        let features = memory?.features ?? observation
        policy = PolicyNetwork(
            features: features, units: settings.networks.units,
            activation: settings.networks.activation, kind: kind, spread: settings.spread(kind),
            using: &generator)
        learner = FusedLearner(
            [policy.network], others: memory?.parameters ?? [],
            learningRate: settings.learningRate)
        critics = SoftCritics(
            inputs: kind.isDiscrete ? features : features + kind.codeWidth,
            outputs: kind.isDiscrete ? kind.codeWidth : 1, memory: memories[1],
            settings: settings, using: &generator)
        temperature = Temperature(
            settings.temperatureChoice(kind), learningRate: settings.learningRate)
    }

    /// Steps drawn from a replay, as the networks read them.
    package func rows(from replay: Replay, _ encoder: ObservationEncoder) -> SoftRows {
        guard let memory, let own = critics.memory, let older = critics.olderMemory else {
            return SoftRows(replay.sampleTransitions(settings.batch), encoder)
        }
        let columns = max(1, settings.batch / settings.window)
        return SoftRows(
            replay.sampleWindows(columns, length: settings.window), encoder, kind,
            memories: (memory, own, older), burnIn: settings.burnIn)
    }

    /// One update of critics, policy and temperature.
    ///
    /// - Returns: the critics' mean squared error before, and log π of the policy's actions.
    /// - Throws: `AgentError.notFinite` where a loss or gradient is not finite.
    package func update(
        _ rows: SoftRows, using generator: inout Generator
    ) throws -> (criticLoss: Double, logDensities: Tensor, price: Tensor) {
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
        return (error, densities, price)
    }
}

// Numbers: actions are drawn, and their gradient leads through the critics.
extension SoftLearner {
    private func fitNumbers(
        _ rows: SoftRows, _ price: Tensor, using generator: inout Generator
    ) -> Double {
        let targets = withoutGradient {
            let draw = draw(rows.nextPolicyFeatures, using: &generator)
            let pairs = Tensor.concatenated([rows.nextCriticFeatures, draw.value], axis: 1)
            return objective.targets(
                rewards: rows.rewards, continuation: rows.continuation,
                following: objective.value(
                    of: draw, worth: critics.target(pairs).squeezed(axis: 1), price: price))
        }
        return critics.fit(rows.pairs, to: targets.unsqueezed(axis: 1))
    }

    /// Actions of the policy with their log-densities, constants.
    private func draw(_ features: Tensor, using generator: inout Generator) -> Draw {
        guard policy.spread == .squashed else {
            return policy.predict(features).reparameterizedDraw(using: &generator)!
        }
        let fused = squashed(policy.network.predict(features)[0], using: &generator)
        return Draw(value: fused.actions, logDensity: fused.logDensities)
    }

    private func squashed(
        _ outputs: Tensor, using generator: inout Generator
    ) -> FusedSquashedDraw {
        FusedSquashedDraw(
            outputs: outputs,
            noise: .normal([outputs.size(axis: 0), kind.codeWidth], using: &generator),
            limits: PolicyNetwork.squashedLimits)
    }

    /// Descends E[τ log π/p − Q], through the draw; log π of what was drawn.
    private func improveNumbers(
        _ rows: SoftRows, _ price: Tensor, using generator: inout Generator
    ) throws -> Tensor {
        var densities: Tensor!
        let state = rows.criticFeatures.detached()
        let norm =
            policy.spread == .squashed
            ? learner.descend(rows.policyFeatures) { outputs in
                let draw = squashed(outputs[0], using: &generator)
                densities = draw.logDensities
                var slope = slope(state, draw.actions)
                if let more = objective.priorSlope(draw.actions, price: price) { slope += more }
                return ([draw.gradient(price: price.item(), slope: slope)], noSlopes)
            }
            : learner.minimize(rows.policyFeatures) { outputs in
                let draw = policy.law(ofOutputs: outputs[0])
                    .reparameterizedDraw(using: &generator)!
                densities = draw.logDensity.detached()
                return objective.loss(
                    of: draw, slope: slope(state, draw.value.detached()), price: price)
            }
        try requireFinite(norm, "policy's gradient", "of SAC")
        return densities
    }

    /// The gradient of the critics' value by actions, `[rows, width]`.
    private func slope(_ state: Tensor, _ actions: Tensor) -> Tensor {
        let pairs = Tensor.concatenated([state, actions], axis: 1)
        return critics.slope(pairs, by: settings.policyCritic)
            .slice(axis: 1, state.size(axis: 1)..<pairs.size(axis: 1))
    }

    /// A memory's own gradients come through the features alone.
    private var noSlopes: [Tensor] {
        (memory?.parameters ?? []).map { Tensor.zeros(like: $0.tensor) }
    }
}

// Choices: everything is an exact expectation.
extension SoftLearner {
    private func fitChoices(_ rows: SoftRows, _ price: Tensor) -> Double {
        let targets = withoutGradient {
            objective.targets(
                rewards: rows.rewards, continuation: rows.continuation,
                following: objective.value(
                    logPolicy: logits(policy.predict(rows.nextPolicyFeatures)),
                    values: critics.target(rows.nextCriticFeatures), price: price))
        }
        let chosen = rows.actions.unsqueezed(axis: 1)
        return critics.minimize(rows.criticFeatures) { outputs in
            let index = chosen.unsqueezed(axis: 0).expanded([2] + chosen.shape)
            let values = outputs.gather(axis: 2, index).squeezed(axis: 2)
            return (values - targets).square().mean()
        }
    }

    private func improveChoices(_ rows: SoftRows, _ price: Tensor) throws -> Tensor {
        let values = withoutGradient {
            settings.policyCritic.value(
                of: critics.networks.predict(rows.criticFeatures.detached()))
        }
        var expected: Tensor!
        let norm = learner.minimize(rows.policyFeatures) { outputs in
            let law = logits(policy.law(ofOutputs: outputs[0]))
            expected = (law.exp() * law).sum(axis: 1).detached()
            return objective.loss(logPolicy: law, values: values, price: price)
        }
        try requireFinite(norm, "policy's gradient", "of SAC")
        return expected
    }

    private func logits(_ law: ActionLaw) -> Tensor {
        guard case .categorical(let law) = law else { fail("SoftLearner", "a law over numbers") }
        return law.logProbabilities
    }
}

extension SoftLearner {
    func save(to archive: Archive) {
        policy.save(to: archive.scope("policy"))
        memory?.save(to: archive.scope("memory"))
        learner.save(to: archive.scope("learner"))
        critics.save(to: archive.scope("critics"))
        temperature.save(to: archive.scope("temperature"))
    }

    func load(from archive: Archive) throws {
        try policy.load(from: archive.scope("policy"))
        try memory?.load(from: archive.scope("memory"))
        try learner.load(from: archive.scope("learner"))
        try critics.load(from: archive.scope("critics"))
        try temperature.load(from: archive.scope("temperature"))
    }
}
