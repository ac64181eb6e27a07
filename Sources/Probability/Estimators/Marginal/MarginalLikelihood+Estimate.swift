import OptimistCore
import OptimistTorch

extension MarginalLikelihood {
    /// log p(x) = log E_{z ~ p(z)} p(x | z) for each law of a batch: draws inner samples, rates all
    /// of them in one call, and reduces their weights.
    ///
    ///     let estimate = MarginalLikelihood.mixture(16).estimate(
    ///         prior: prior, posterior: posterior, using: &generator
    ///     ) { z in decoder(z).logDensity(observations) }
    ///
    /// - Parameters:
    ///   - prior: p(z), its batch shape that of the result.
    ///   - posterior: q(z) of the same shape, needed where `usesPosterior`; a constant to
    ///     gradients.
    ///   - gradient: what gradients see of the estimate; without `full` no graph is recorded.
    ///   - generator: what is random.
    ///   - logLikelihood: log p(x | z) of samples `[K, batch..., event...]`, as `[K, batch...]`;
    ///     joint over everything that arrived. It is called once.
    public func estimate(
        prior: any TensorDistribution, posterior: (any TensorDistribution)? = nil,
        gradient: MarginalGradient = .full, using generator: inout Generator,
        logLikelihood: (Tensor) throws -> Tensor
    ) rethrows -> MarginalEstimate {
        let samples = innerSamples(prior: prior, posterior: posterior, using: &generator)
        func weighed() throws -> MarginalEstimate {
            let weights = samples.logWeights(
                logLikelihood: try logLikelihood(samples.values), prior: prior)
            return MarginalEstimate(logWeights: weights, kind: self)
        }
        return gradient == .full ? try weighed() : try withoutGradient { try weighed() }
    }
}
