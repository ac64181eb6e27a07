import OptimistCore
import OptimistTorch

extension MutualInformation {
    /// ½ log |I + R⁻¹ C P Cᵀ| = ½ (log |C P Cᵀ + R| − log |R|): what an observation C z + noise
    /// tells of a normal z, `[batch...]` in nats. Means and actions do not enter.
    ///
    /// - Parameters:
    ///   - covariance: P of the state, `[..., state, state]`.
    ///   - emission: C, `[..., observation, state]`.
    ///   - noiseCovariance: R, `[..., observation, observation]`, positive definite.
    public static func linearGaussian(
        covariance: Tensor, emission: Tensor, noiseCovariance: Tensor
    ) -> Tensor {
        let spread = emission.matmul(covariance).matmul(emission.transposed())
        return logRootDeterminant(spread + noiseCovariance) - logRootDeterminant(noiseCovariance)
    }

    private static func logRootDeterminant(_ covariance: Tensor) -> Tensor {
        covariance.cholesky().diagonal().log().sum(axis: -1)
    }

    /// Σ_z p(z) Σ_x p(x | z) log(p(x | z) / p(x)), `[batch...]` in nats, over all states and
    /// observations; probabilities may be 0.
    ///
    /// - Parameters:
    ///   - prior: p(z), `[batch...]` with Z classes.
    ///   - emission: p(x | z), `[batch..., Z]` with X classes.
    public static func enumerated(prior: Categorical, emission: Categorical) -> Tensor {
        if emission.batchShape.last != prior.classes {
            fail(
                "MutualInformation.enumerated",
                "\(prior.classes) states, emissions with batch shape \(emission.batchShape)")
        }
        let logPrior = prior.logProbabilities.unsqueezed(axis: -1)
        let logMarginal = (logPrior + emission.logProbabilities).logSumExp(axis: -2)
        let marginal = Categorical(logits: logMarginal.unsqueezed(axis: -2))
        let probabilities = prior.probabilities
        // What a state that cannot be would emit counts nothing, even where no other emits it.
        let divergences = emission.divergence(to: marginal)
        let known = divergences.maskedFill(
            (probabilities .== 0).broadcast(to: divergences.shape), 0)
        return (probabilities * known).sum(axis: -1)
    }
}
