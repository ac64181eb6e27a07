import Foundation
import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistProbability
import OptimistTorch

/// The updates of maximum a posteriori policy optimization.
package final class MPOLearner {
    package let policy: PolicyNetwork
    package let critic: FusedNetwork
    package let temperature: DualVariable
    let olderPolicy: PolicyNetwork
    let olderCritic: FusedNetwork
    let multipliers: (mean: DualVariable, deviation: DualVariable)
    let boundsTemperature: DualVariable
    let settings: MPOSettings
    let kind: ActionKind
    let policyLearner: FusedLearner
    let criticLearner: FusedLearner

    /// A learner with drawn weights, for rows of so many features.
    package init(
        _ settings: MPOSettings, kind: ActionKind, features: Int, using generator: inout Generator
    ) {
        self.settings = settings
        self.kind = kind
        policy = PolicyNetwork(
            features: features, units: settings.networks.units,
            activation: settings.networks.activation, kind: kind,
            spread: .dependent(initialDeviation: settings.networks.initialDeviation),
            using: &generator)
        olderPolicy = policy.copied()
        let inputs = kind.isDiscrete ? features : features + kind.codeWidth
        critic = FusedNetwork(
            sizes: [inputs] + settings.networks.units + [kind.isDiscrete ? kind.codeWidth : 1],
            activation: settings.networks.activation, hidden: .fanInUniform,
            output: .fanInUniform, using: &generator)
        olderCritic = critic.copied()
        func learner(_ network: FusedNetwork) -> FusedLearner {
            FusedLearner(
                [network], learningRate: settings.learningRate,
                clippingNorm: settings.clippingNorm)
        }
        policyLearner = learner(policy.network)
        criticLearner = learner(critic)
        let rate = settings.dualLearningRate
        let width = kind.isDiscrete ? 1 : kind.codeWidth
        temperature = DualVariable(settings.temperature ?? 10, learningRate: rate)
        boundsTemperature = DualVariable(10, learningRate: rate)
        multipliers = (
            mean: DualVariable(10, count: width, learningRate: rate),
            deviation: DualVariable(1000, count: width, learningRate: rate)
        )
    }

    /// One update of critic, policy, temperatures and multipliers.
    ///
    /// - Throws: `AgentError.notFinite` where a loss or gradient is not finite.
    package func update(
        _ batch: Batch, _ encoder: ObservationEncoder, using generator: inout Generator
    ) throws -> MPOUpdate {
        let features = encoder(batch.observations).flattened(from: 0, to: 1)
        let proposed = Proposals(features, self, using: &generator)
        let rows = batch.validRows
        let error = fit(batch, features, proposed, rows)
        try requireFinite(error, "critic's loss", "of MPO")
        let eta = settings.temperature.map { Tensor([Float($0)]) } ?? temperature.value
        let states = features.indexSelect(axis: 0, rows)
        let chosen = proposed.rows(rows)
        let weights = ExpectationStep.weights(
            values: chosen.values, logPrior: chosen.logPrior, temperature: eta)
        let divergence = try improve(states, chosen, weights)
        if settings.temperature == nil {
            temperature.descend {
                ExpectationStep.dual(
                    values: chosen.values, logPrior: chosen.logPrior, temperature: $0,
                    limit: settings.divergenceLimit)
            }
        }
        return MPOUpdate(
            criticLoss: error, temperature: eta.item(),
            rewards: batch.rewards.flattened().indexSelect(axis: 0, rows),
            improvement: ExpectationStep.divergence(weights: weights, logPrior: chosen.logPrior),
            divergence: divergence, entropy: chosen.law.entropy!)
    }

    /// The targets become what was learned.
    package func renewTargets() {
        olderPolicy.copyParameters(from: policy)
        olderCritic.storage.assign(critic.storage)
    }
}

extension MPOLearner {
    /// One step of the critic; its mean squared error before.
    private func fit(
        _ batch: Batch, _ features: Tensor, _ proposed: Proposals, _ rows: Tensor
    ) -> Double {
        let (time, width) = (batch.time, batch.width)
        let states = features.slice(axis: 0, 0..<time * width)
        let actions = batch.actions.flattened(from: 0, to: 1)
        let inputs = kind.isDiscrete ? states : pairs(states, actions)
        let targets = targets(batch, states, inputs, actions, proposed).flattened()
            .indexSelect(axis: 0, rows)
        let chosen = actions.indexSelect(axis: 0, rows)
        return criticLearner.step(on: inputs.indexSelect(axis: 0, rows)) { outputs in
            (worth(outputs, chosen) - targets).square().mean()
        }
    }

    private func targets(
        _ batch: Batch, _ states: Tensor, _ inputs: Tensor, _ actions: Tensor,
        _ proposed: Proposals
    ) -> Tensor {
        let values = proposed.stateValues.reshaped([batch.time + 1, batch.width])
        let shape = [batch.time, batch.width]
        guard settings.correction == .retrace else {
            return Returns.lambda(batch, values: values, discount: settings.discount, lambda: 1)
        }
        let now = withoutGradient { olderPolicy.predict(states).logDensity(actions) }
        let then = batch.columns[MPO.densityColumn]!.squeezed(axis: 2)
        return SequenceTargets.retrace(
            batch, values: values,
            replayed: worth(olderCritic.predict(inputs).squeezed(axis: 0), actions)
                .reshaped(shape),
            logRatios: now.reshaped(shape) - then, discount: settings.discount)
    }

    /// Q of actions taken, `[rows]`, of the critic's outputs.
    private func worth(_ outputs: Tensor, _ actions: Tensor) -> Tensor {
        kind.isDiscrete
            ? outputs.gather(axis: 1, actions.unsqueezed(axis: 1)).squeezed(axis: 1)
            : outputs.squeezed(axis: 1)
    }

    /// What a critic of numbers reads: an environment with bounds clips actions, and so do we.
    func pairs(_ states: Tensor, _ actions: Tensor) -> Tensor {
        .concatenated([states, kind.clipped(actions)], axis: 1)
    }
}

extension MPOLearner {
    func save(to archive: Archive) {
        policy.save(to: archive.scope("policy"))
        critic.save(to: archive.scope("critic"))
        olderPolicy.save(to: archive.scope("targetPolicy"))
        olderCritic.save(to: archive.scope("targetCritic"))
        policyLearner.save(to: archive.scope("policyLearner"))
        criticLearner.save(to: archive.scope("criticLearner"))
        for (name, dual) in duals { dual.save(to: archive.scope(name)) }
    }

    func load(from archive: Archive) throws {
        try policy.load(from: archive.scope("policy"))
        try critic.load(from: archive.scope("critic"))
        try olderPolicy.load(from: archive.scope("targetPolicy"))
        try olderCritic.load(from: archive.scope("targetCritic"))
        try policyLearner.load(from: archive.scope("policyLearner"))
        try criticLearner.load(from: archive.scope("criticLearner"))
        for (name, dual) in duals { try dual.load(from: archive.scope(name)) }
    }

    private var duals: [(String, DualVariable)] {
        [
            ("temperature", temperature), ("boundsTemperature", boundsTemperature),
            ("meanMultiplier", multipliers.mean),
            ("deviationMultiplier", multipliers.deviation),
        ]
    }
}
