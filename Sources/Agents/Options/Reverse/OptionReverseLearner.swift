import OptimistCore
import OptimistModels
import OptimistTorch

/// Fits a reverse model to the options of trajectories.
package final class OptionReverseLearner {
    package let network: OptionReverseNetwork
    private let optimizer: Adam
    private let kind: ActionKind
    private let options: Int

    /// A learner with a network of its own.
    package init(
        _ settings: OptionAgentSettings, kind: ActionKind, features: Int,
        using generator: inout Generator
    ) {
        (self.kind, options) = (kind, settings.options)
        network = OptionReverseNetwork(
            settings.reverse, options: settings.options, features: features, code: kind.codeWidth,
            units: settings.units, using: &generator)
        optimizer = Adam(network.parameters, learningRate: settings.reverseRate)
    }

    /// What the network reads of trajectories.
    package func reading(_ evaluation: OptionEvaluation) -> OptionReverseNetwork.Reading {
        let trajectories = evaluation.trajectories
        let valid = trajectories.valid
        let shape = [trajectories.steps, trajectories.batch, options]
        return OptionReverseNetwork.Reading(
            features: trajectories.features,
            codes: kind.code(trajectories.actions).to(.float32) * valid.unsqueezed(axis: 2),
            valid: valid,
            logFilter: Tensor(evaluation.filter.logFilter.map { Float($0) }, shape: shape))
    }

    /// The options that were in force, one-hot, `[T, B, K]`; 0 at padding.
    package func chosen(_ trajectories: OptionTrajectories) -> Tensor {
        Tensor(trajectories.options, shape: [trajectories.steps, trajectories.batch])
            .oneHot(classes: options) * trajectories.valid.unsqueezed(axis: 2)
    }

    /// One step up the likelihood of the options; the mean of −log q̃ before it, in nats.
    ///
    /// - Parameters:
    ///   - reading: states and actions.
    ///   - chosen: the options, one-hot or relaxed; constants.
    ///   - weights: how much each step counts, `[T, B]`; they sum to 1.
    package func fit(
        _ reading: OptionReverseNetwork.Reading, _ chosen: Tensor, weights: Tensor
    ) -> Double {
        let loss = -((network.logLaws(reading, options: chosen) * chosen).sum(axis: 2) * weights)
            .sum()
        let found = gradients(of: loss, withRespectTo: network.parameters.map(\.tensor))
        let value = loss.item()
        if value.isFinite { optimizer.step(found) }
        return value
    }

    /// log q̃_t of the options, `[T, B]`, constants.
    package func logFactors(
        _ reading: OptionReverseNetwork.Reading, _ chosen: Tensor
    ) -> [Double] {
        withoutGradient { (network.logLaws(reading, options: chosen) * chosen).sum(axis: 2) }
            .doubles()
    }

    func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        optimizer.save(to: archive.scope("optimizer"))
    }

    func load(from archive: Archive) throws {
        try network.load(from: archive.scope("network"))
        try optimizer.load(from: archive.scope("optimizer"))
    }
}
