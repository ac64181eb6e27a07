import Foundation
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

/// How mutual information is estimated from particles and what each of them shows.
public enum InformationEstimator: String, CaseIterable, Sendable {
    /// Prior contrastive estimation (Foster et al. 2020): the particle itself is one of the K that
    /// the marginal likelihood is the mean over. Biased down, and never above log K.
    case contrastive
    /// Nested Monte Carlo (Rainforth et al. 2018): the other K − 1 only. Biased up, and large where
    /// particles hardly explain one another's observations.
    case nested

    /// I(z; x) in nats, `[...]`, from log p(xᵏ | zʲ), `[..., k, j]`: the mean over k of
    /// log p(xᵏ | zᵏ) − log mean_j p(xᵏ | zʲ).
    public func callAsFunction(_ pairwise: Tensor) -> Tensor {
        let shape = pairwise.shape
        let count = shape[shape.count - 1]
        if shape.count < 2 || shape[shape.count - 2] != count || count < 2 {
            fail("InformationEstimator", "likelihoods of shape \(shape)")
        }
        let own = pairwise.diagonal()
        switch self {
        case .contrastive:
            return (own - pairwise.logSumExp(axis: -1)).mean(axis: -1) + log(Double(count))
        case .nested:
            let diagonal = Tensor.identity(count, type: pairwise.elementType).to(pairwise.device)
            let others = pairwise.maskedFill(diagonal .> 0, -.infinity)
            return (own - others.logSumExp(axis: -1)).mean(axis: -1) + log(Double(count - 1))
        }
    }
}
