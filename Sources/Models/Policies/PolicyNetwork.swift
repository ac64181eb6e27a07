import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

/// A policy's network and the law that its outputs mean.
public struct PolicyNetwork: Module {
    /// How numbers are drawn.
    public enum Spread: Hashable, Sendable {
        /// A Gaussian whose deviations are learned and the same in every state.
        case fixed(initialDeviation: Double)
        /// A Gaussian whose deviations depend on the state.
        case dependent(initialDeviation: Double)
        /// A Gaussian squashed by tanh whose deviations depend on the state.
        case squashed
    }

    /// What actions are.
    public let kind: ActionKind
    /// How numbers are drawn.
    public let spread: Spread
    /// Features to logits, means, or means and raw deviations.
    public let network: FusedNetwork
    /// The logarithm of each deviation, `[width]`, where it is the same in every state.
    public let logDeviation: Tensor?

    /// Where logarithms of deviations may lie.
    package static let limits = -20.0...2.0
    /// Where those of a squashed law may lie, smoothly.
    package static let squashedLimits = -5.0...2.0
    /// The least deviation of a Gaussian whose deviations depend on the state.
    static let leastDeviation = 1e-6

    /// A policy with drawn weights; at first it hardly depends on the state.
    ///
    /// - Parameters:
    ///   - features: numbers in a row.
    ///   - units: widths of the hidden layers.
    ///   - activation: between layers.
    ///   - kind: what actions are.
    ///   - spread: how numbers are drawn.
    ///   - generator: draws the weights.
    public init(
        features: Int, units: [Int], activation: Activation, kind: ActionKind, spread: Spread,
        using generator: inout Generator
    ) {
        self.kind = kind
        self.spread = spread
        let outputs: Int
        switch (kind, spread) {
        case (.discrete(let count), _): (outputs, logDeviation) = (count, nil)
        case (.continuous(let width, _), .squashed), (.continuous(let width, _), .dependent):
            (outputs, logDeviation) = (2 * width, nil)
        case (.continuous(let width, _), .fixed(let deviation)):
            outputs = width
            logDeviation = Tensor.full([width], deviation).log().requiringGradient()
        }
        network = FusedNetwork(
            sizes: [features] + units + [outputs], activation: activation,
            hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: 0.01),
            using: &generator)
    }

    private init(
        _ kind: ActionKind, _ spread: Spread, _ network: FusedNetwork, _ logDeviation: Tensor?
    ) {
        self.kind = kind
        self.spread = spread
        self.network = network
        self.logDeviation = logDeviation
    }

    /// A policy with equal parameters of its own.
    public func copied() -> PolicyNetwork {
        PolicyNetwork(
            kind, spread, network.copied(),
            logDeviation.map { $0.detached().copy().requiringGradient() })
    }

    /// The parameters `network` and, where there is one, `logDeviation`.
    public var parameters: [NamedTensor] { network.parameters.named("network") + others }

    /// Parameters outside of the network.
    public var others: [NamedTensor] {
        logDeviation.map { [NamedTensor("logDeviation", $0)] } ?? []
    }

    /// The law that the network's outputs `[rows..., outputs]` mean; differentiable.
    public func law(ofOutputs outputs: Tensor) -> ActionLaw {
        switch kind {
        case .discrete: return .categorical(Categorical(logits: outputs))
        case .continuous(let width, _):
            switch spread {
            case .fixed: return .gaussian(fixed(outputs))
            case .dependent(let deviation): return .gaussian(dependent(outputs, width, deviation))
            case .squashed: return squashed(outputs, width)
            }
        }
    }

    private func fixed(_ outputs: Tensor) -> Normal {
        let limits = Self.limits
        return Normal(
            mean: outputs,
            logStandardDeviation: logDeviation!.clamped(limits.lowerBound, limits.upperBound),
            eventRank: 1)
    }

    /// Deviations of softplus, which at 0 is log 2.
    private func dependent(_ outputs: Tensor, _ width: Int, _ deviation: Double) -> Normal {
        let parts = outputs.split(sizes: [width, width])
        return Normal(
            mean: parts[0],
            standardDeviation: parts[1].softplus() * (deviation / log(2)) + Self.leastDeviation,
            eventRank: 1)
    }

    private func squashed(_ outputs: Tensor, _ width: Int) -> ActionLaw {
        let parts = outputs.split(sizes: [width, width])
        let (low, high) = (Self.squashedLimits.lowerBound, Self.squashedLimits.upperBound)
        let logarithm = (parts[1].tanh() + 1) * (0.5 * (high - low)) + low
        return .squashed(
            TanhNormal(mean: parts[0], logStandardDeviation: logarithm, eventRank: 1))
    }

    /// π(a | features) of rows `[rows, features]`, constants to gradients; the fast way.
    public func predict(_ features: Tensor) -> ActionLaw {
        withoutGradient { law(ofOutputs: network.predict(features).squeezed(axis: 0)) }
    }

    /// π(a | features) of rows `[rows, features]`, part of the gradient's graph.
    public func callAsFunction(_ features: Tensor) -> ActionLaw {
        law(ofOutputs: network(features).squeezed(axis: 0))
    }
}
