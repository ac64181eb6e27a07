import OptimistCore
import OptimistProbability
import OptimistTorch

/// A network that predicts which of several classes is seen, as a one-hot row.
public struct CategoricalHead: EmissionHead {
    /// Features to the logit of each class.
    public let network: MultilayerPerceptron

    /// A head of a given network.
    public init(_ network: MultilayerPerceptron) { self.network = network }

    /// The parameters `network`.
    public var parameters: [NamedTensor] { network.parameters.named("network") }

    /// The probabilities of the classes, `[..., classes]`.
    public func mean(_ features: Tensor) -> Tensor { network(features).softmax() }

    /// The law given features `[..., features]`: batch `[...]`, event `[classes]`.
    public func callAsFunction(_ features: Tensor) -> OneHotStraightThrough {
        OneHotStraightThrough(logits: network(features))
    }
}
