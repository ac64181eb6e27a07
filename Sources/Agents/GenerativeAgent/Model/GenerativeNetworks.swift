import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch

/// Everything that a generative agent learns: its model of the world, its habit, and the value of
/// states under that habit.
package struct GenerativeNetworks<H: Habit>: Module {
    package let model: GenerativeModel
    package let habit: H
    /// (h, z) to the value, in units of `valueUnit` nats.
    package let value: MultilayerPerceptron
    /// Keeps the habit near an older one; nil for a habit that moves freely.
    package let trustRegion: SoftTrustRegion?
    /// Nats that 1 stands for in the value's output.
    package let valueUnit: Double
    /// What observations are to the networks.
    package let observationCode: ObservationCode

    package var parameters: [NamedTensor] {
        model.parameters.named("model") + habit.parameters.named("habit")
            + value.parameters.named("value")
            + (trustRegion?.parameters.named("trustRegion") ?? [])
    }

    /// V(h, z), `[...]` of `[..., features]`, in nats.
    static func nats(_ network: MultilayerPerceptron, _ features: Tensor, _ unit: Double) -> Tensor
    {
        network(features).squeezed(axis: -1) * unit
    }

    /// V(h, z), `[...]` of `[..., features]`, in nats.
    package func value(of features: Tensor) -> Tensor { Self.nats(value, features, valueUnit) }
}

extension GenerativeNetworks {
    /// Networks with drawn weights, for observations of real numbers.
    package init(
        _ settings: GenerativeAgentSettings, observation: Int, endings: Bool, habit: H,
        using generator: inout Generator
    ) {
        self.init(
            settings, seeing: .numbers(observation), endings: endings, habit: habit,
            using: &generator)
    }

    /// Networks with drawn weights.
    package init(
        _ settings: GenerativeAgentSettings, seeing code: ObservationCode, endings: Bool,
        habit: H, using generator: inout Generator
    ) {
        let sizes = settings.model
        let features = sizes.hidden + sizes.latent
        let dynamics = RecurrentStateSpaceModel(
            evidence: LatentArrivals.evidenceWidth(
                observation: code.width, action: habit.codeWidth),
            action: habit.codeWidth, hidden: sizes.hidden, latent: sizes.latent,
            kind: sizes.latentKind, units: sizes.units, deviationFloor: sizes.deviationFloor,
            uniformShare: sizes.latentUniform, remembers: sizes.remembers, using: &generator)
        func network(_ outputs: Int) -> MultilayerPerceptron {
            MultilayerPerceptron(
                sizes: [features] + sizes.units + [outputs], activation: .elu, using: &generator)
        }
        let observation: any EmissionHead =
            switch code {
            case .numbers(let width):
                GaussianHead(
                    sizes: [features] + sizes.units + [width], learnsDeviation: true,
                    using: &generator)
            case .bits(let width): BernoulliHead(network(width))
            case .index(let count): CategoricalHead(network(count))
            }
        model = GenerativeModel(
            dynamics: dynamics, observation: observation,
            reward: sizes.binaryRewards
                ? BernoulliHead(network(1))
                : GaussianHead(
                    sizes: [features] + sizes.units + [1], learnsDeviation: false,
                    using: &generator),
            ending: endings ? network(1) : nil,
            refinement: sizes.inferenceIterations > 0
                ? IterativeInference(
                    size: sizes.latent, units: sizes.units,
                    iterations: sizes.inferenceIterations, update: .gated(kept: 0.9),
                    bounds: .hard(log(sizes.deviationFloor)...2), using: &generator) : nil,
            flow: sizes.observationLags > 0
                ? SequentialAffineFlow(
                    size: code.width, lags: sizes.observationLags, units: sizes.units,
                    using: &generator) : nil)
        self.habit = habit
        observationCode = code
        value = network(1)
        trustRegion = settings.learning.habitLimit.map { limit in
            SoftTrustRegion(
                limits: habit is ContinuousHabit
                    ? [limit, settings.learning.deviationLimit] : [limit])
        }
        // A deviation of reward, kept up for a fifth of the effective horizon.
        let reach = min(1 / max(1 - settings.discount, 0.01), 100)
        valueUnit = settings.rewardScale * reach / 5
    }
}
