import OptimistCore
import OptimistProbability
import OptimistTorch

/// A network that predicts a row of independent zeros and ones.
public struct BernoulliHead: EmissionHead {
    /// Features to the logit of each 1.
    public let network: MultilayerPerceptron

    /// A head of a given network.
    public init(_ network: MultilayerPerceptron) { self.network = network }

    /// The parameters `network`.
    public var parameters: [NamedTensor] { network.parameters.named("network") }

    /// The probabilities of 1, `[..., outputs]`.
    public func mean(_ features: Tensor) -> Tensor { network(features).sigmoid() }

    /// The law given features `[..., features]`: batch `[...]`, event `[outputs]`.
    public func callAsFunction(_ features: Tensor) -> Bernoulli {
        Bernoulli(logits: network(features), eventRank: 1)
    }
}
