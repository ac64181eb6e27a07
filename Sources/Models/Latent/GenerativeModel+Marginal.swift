import OptimistCore
import OptimistProbability
import OptimistTorch

extension GenerativeModel {
    /// log p(x, r, end | past) of every arrival, `[time, batch]`, jointly, in nats.
    ///
    /// - Parameters:
    ///   - kind: how it is estimated; `exact` for a categorical state alone.
    ///   - arrivals: what arrived, `[time, batch]`.
    ///   - filtered: the filter's way through it, whose prior and posterior samples are drawn from.
    ///   - gradient: what gradients see of the estimate.
    ///   - generator: what is random.
    public func marginal(
        _ kind: MarginalLikelihood, of arrivals: LatentArrivals, along filtered: FilteredStates,
        gradient: MarginalGradient = .full, using generator: inout Generator
    ) -> MarginalEstimate {
        kind.estimate(
            prior: filtered.prior.base, posterior: filtered.posterior.base, gradient: gradient,
            using: &generator
        ) { logLikelihood(of: arrivals, along: filtered, at: $0) }
    }

    /// log p(x, r, end | h, z) of samples `[sample, time, batch, latent]` of z beside the memory of a
    /// filter's way, `[sample, time, batch]`.
    public func logLikelihood(
        of arrivals: LatentArrivals, along filtered: FilteredStates, at samples: Tensor
    ) -> Tensor {
        let memory = filtered.states.hidden.unsqueezed(axis: 0)
            .expanded([samples.shape[0]] + filtered.states.hidden.shape)
        return logLikelihood(Tensor.concatenated([memory, samples], axis: -1), of: arrivals)
    }
}
