import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistTorch

/// The networks of a policy that acts through options: policies and selection as heads of K options
/// on what is observed, and the values that credits are compared with.
package final class OptionNetworks {
    package let kind: ActionKind
    /// K.
    package let options: Int
    /// Features to K rows of logits or means.
    package let policies: FusedNetwork
    /// The logarithm of each option's deviations, `[K, width]`, where actions are numbers.
    package let logDeviations: Tensor?
    /// Features to the logits of c(s, o′) `[K]`, q(o | s, o′) `[K, K]` and q_1(o | s) `[K]`.
    package let selection: FusedNetwork
    /// Features to V(s), Q̂(s, o′, o) `[K, K]`, Q̂_1(s, o) `[K]` and the baseline of actions
    /// b(s, o) `[K]`, over the reward scale.
    package let critic: FusedNetwork

    /// Networks with drawn weights.
    package init(
        _ settings: OptionAgentSettings, kind: ActionKind, features: Int,
        using generator: inout Generator
    ) {
        self.kind = kind
        options = settings.options
        let (count, gain) = (settings.options, 2.0.squareRoot())
        func network(_ outputs: Int, _ output: Initializer) -> FusedNetwork {
            FusedNetwork(
                sizes: [features] + settings.units + [outputs], activation: settings.activation,
                hidden: .orthogonal(gain: gain), output: output, using: &generator)
        }
        policies = network(count * kind.codeWidth, .orthogonal(gain: settings.spread))
        selection = network(count * (count + 2), .orthogonal(gain: 0.1))
        critic = network(1 + count * (count + 2), .orthogonal(gain: 0.1))
        selection.parameters[selection.parameters.count - 1].tensor.detached()
            .slice(axis: 2, 0..<count).fill(settings.continuation)
        logDeviations = OptionHeads.logDeviations(
            kind, options: count, deviation: settings.initialDeviation)
    }

    /// Parameters of no network.
    var others: [NamedTensor] {
        logDeviations.map { [NamedTensor("logDeviations", $0)] } ?? []
    }

    /// The laws of rows of features `[rows, features]`, constants to gradients.
    package func laws(_ features: Tensor) -> OptionLaws {
        withoutGradient {
            OptionLaws(
                self, policies: policies.predict(features).squeezed(axis: 0),
                selection: selection.predict(features).squeezed(axis: 0))
        }
    }

    func save(to archive: Archive) {
        policies.save(to: archive.scope("policies"))
        selection.save(to: archive.scope("selection"))
        critic.save(to: archive.scope("critic"))
        for parameter in others { archive.store(parameter.tensor, as: parameter.name) }
    }

    func load(from archive: Archive) throws {
        try policies.load(from: archive.scope("policies"))
        try selection.load(from: archive.scope("selection"))
        try critic.load(from: archive.scope("critic"))
        for parameter in others {
            parameter.tensor.detached().assign(
                try archive.tensor(parameter.name, like: parameter.tensor))
        }
    }
}
