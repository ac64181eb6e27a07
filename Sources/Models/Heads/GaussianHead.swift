import OptimistCore
import OptimistProbability
import OptimistTorch

/// A network that predicts the mean of a row of numbers, with a deviation that is learned for each
/// number, or fixed.
public struct GaussianHead: EmissionHead {
    /// Features to the mean.
    public let network: MultilayerPerceptron
    /// The logarithm of each deviation, `[outputs]`, before it is limited; nil where it is fixed.
    public let logDeviation: Tensor?
    /// Where the logarithm of a learned deviation may lie.
    public let limits: ClosedRange<Double>

    /// A head with drawn weights.
    ///
    /// - Parameters:
    ///   - sizes: features, hidden units, ..., outputs.
    ///   - activation: between layers.
    ///   - learnsDeviation: whether deviations are learned; 1 otherwise.
    ///   - limits: where the logarithm of a learned deviation may lie.
    ///   - type: of parameters.
    ///   - device: where parameters are.
    ///   - generator: draws the weights.
    public init(
        sizes: [Int], activation: Activation = .elu, learnsDeviation: Bool,
        limits: ClosedRange<Double> = -4...1, type: ElementType = .float32, device: Device = .cpu,
        using generator: inout Generator
    ) {
        network = MultilayerPerceptron(
            sizes: sizes, activation: activation, type: type, device: device, using: &generator)
        logDeviation =
            learnsDeviation
            ? Tensor.zeros([sizes.last!], type: type, device: device).requiringGradient() : nil
        self.limits = limits
    }

    /// The parameters `network` and, where it is learned, `logDeviation`.
    public var parameters: [NamedTensor] {
        network.parameters.named("network")
            + (logDeviation.map { [NamedTensor("logDeviation", $0)] } ?? [])
    }

    /// The mean, `[..., outputs]` of `[..., features]`.
    public func mean(_ features: Tensor) -> Tensor { network(features) }

    /// The law given features `[..., features]`: batch `[...]`, event `[outputs]`.
    public func callAsFunction(_ features: Tensor) -> Normal {
        let mean = network(features)
        guard let logDeviation else {
            return Normal(mean: mean, standardDeviation: 1, eventRank: 1)
        }
        return Normal(
            mean: mean,
            logStandardDeviation: logDeviation.clamped(limits.lowerBound, limits.upperBound),
            eventRank: 1)
    }
}
