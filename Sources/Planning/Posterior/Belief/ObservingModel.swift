import OptimistCore
import OptimistTorch

/// A model that also imagines what would be observed, and rates observations at other states.
///
/// An observation stands for all that arrives with a state: observation, reward and whether the
/// task ended, in whatever form the model likes; only the model reads it.
public protocol ObservingModel: ImaginationModel {
    /// One observation of each state, `[group, particle, ...]` of states `[group, particle, ...]`;
    /// for planning by gradients differentiable with respect to the states.
    func sampleObservation(at states: Tensor, using generator: inout Generator) -> Tensor

    /// log p(xᵏ | zʲ) in nats, `[group, k, j]`: the observation of each particle rated at every
    /// particle of its group.
    ///
    /// - Parameters:
    ///   - observations: as `sampleObservation` gave them.
    ///   - states: `[group, particle, ...]`.
    func pairwiseLogLikelihood(of observations: Tensor, at states: Tensor) -> Tensor
}
