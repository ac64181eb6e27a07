import OptimistCore
import OptimistProbability
import OptimistTorch

/// A network that gives a Normal law over raw actions, those before they are squashed by tanh.
///
/// As a learned action prior p(a | z) it is a habit; the deviation is kept away from 0, because a
/// planner draws its proposals from it.
public struct GaussianPolicyHead: Module {
    /// Features to means and raw deviations.
    public let network: MultilayerPerceptron
    /// Where deviations may lie.
    public let deviations: ClosedRange<Double>

    /// A head with drawn weights.
    ///
    /// - Parameters:
    ///   - sizes: features, hidden units, ..., numbers in an action.
    ///   - activation: between layers.
    ///   - deviations: where deviations may lie.
    ///   - type: of parameters.
    ///   - device: where parameters are.
    ///   - generator: draws the weights.
    public init(
        sizes: [Int], activation: Activation = .elu, deviations: ClosedRange<Double> = 0.1...1,
        type: ElementType = .float32, device: Device = .cpu, using generator: inout Generator
    ) {
        network = MultilayerPerceptron(
            sizes: sizes.dropLast() + [2 * sizes.last!], activation: activation,
            outputInitializer: .zeros, type: type, device: device, using: &generator)
        self.deviations = deviations
    }

    private init(network: MultilayerPerceptron, deviations: ClosedRange<Double>) {
        self.network = network
        self.deviations = deviations
    }

    /// A head with equal parameters of its own.
    public func copied() -> GaussianPolicyHead {
        GaussianPolicyHead(network: network.copied(), deviations: deviations)
    }

    /// The parameters `network`.
    public var parameters: [NamedTensor] { network.parameters.named("network") }

    /// p(a | features), batch `[...]` of features `[..., features]`, event `[action]`.
    public func callAsFunction(_ features: Tensor) -> Normal {
        let output = network(features)
        let width = output.size(axis: -1) / 2
        let parts = output.split(sizes: [width, width])
        let (low, high) = (deviations.lowerBound, deviations.upperBound)
        // Smooth in the range: the middle of it at 0.
        let deviation = parts[1].sigmoid() * (high - low) + low
        return Normal(mean: parts[0], standardDeviation: deviation, eventRank: 1)
    }
}
