import OptimistProbability
import OptimistTorch

/// A factor p(x | features) of what a state emits: a row of numbers of one kind.
public protocol EmissionHead: Module {
    /// Laws over rows.
    associatedtype Law: TensorDistribution

    /// The law given features `[..., features]`: batch `[...]`, event `[outputs]`.
    func callAsFunction(_ features: Tensor) -> Law

    /// The law's mean, `[..., outputs]` of `[..., features]`.
    func mean(_ features: Tensor) -> Tensor
}
