import Foundation
import OptimistCore
import OptimistTorch

/// The samples z_k that a marginal likelihood is estimated from: constants to gradients.
///
/// That they are constants, and the densities that they were drawn from too, makes the gradient of
/// the estimate Σ w̄_k ∇(log p(x | z_k) + log p(z_k)), Fisher's identity by self-normalized
/// importance sampling. Nothing reaches the posterior, which log p(x) does not depend on.
public struct InnerSamples {
    /// z_k, `[K, batch..., event...]`.
    public let values: Tensor
    /// How they were drawn.
    public let kind: MarginalLikelihood
    /// log q(z_k), `[K, batch...]`, where the kind uses the posterior.
    let logPosterior: Tensor?

    /// The log-weights log p(x | z_k) + log p(z_k) − log proposal(z_k), `[K, batch...]`.
    ///
    /// - Parameters:
    ///   - logLikelihood: log p(x | z_k), `[K, batch...]`.
    ///   - prior: the law that the samples were drawn for.
    public func logWeights(
        logLikelihood: Tensor, prior: any TensorDistribution
    ) -> Tensor {
        let expected = Array(values.shape.dropLast(prior.eventRank))
        if logLikelihood.shape != expected {
            fail(
                "InnerSamples.logWeights",
                "log-likelihoods of shape \(logLikelihood.shape) for samples \(values.shape), of "
                    + "which the last \(prior.eventRank) axes are one outcome")
        }
        let logPrior = prior.logDensity(values)
        switch kind {
        case .exact:
            return logLikelihood + logPrior + log(Double(values.size(axis: 0)))
        case .prior, .jackknife:
            // A difference of 0 that has the prior's gradient.
            return logPrior.requiresGradient
                ? logLikelihood + (logPrior - logPrior.detached()) : logLikelihood
        case .posterior:
            return logLikelihood + (logPrior - logPosterior!)
        case .mixture:
            return balancedLogWeights(
                logLikelihood: logLikelihood, logPrior: logPrior, logProposal: logPosterior!)
        }
    }
}

extension MarginalLikelihood {
    /// Draws the inner samples, all outcomes for `exact`.
    ///
    /// - Parameters:
    ///   - prior: p(z), its batch axes those of the result; for `exact` an
    ///     `EnumerableDistribution`.
    ///   - posterior: q(z) of the same shape, needed where `usesPosterior`.
    ///   - generator: what is random; `exact` draws nothing from it.
    public func innerSamples(
        prior: any TensorDistribution, posterior: (any TensorDistribution)? = nil,
        using generator: inout Generator
    ) -> InnerSamples {
        if !isValid { fail("MarginalLikelihood", "\(rawValue) is none of \(Self.grammar)") }
        if usesPosterior { requireAlike(prior, posterior) }
        return withoutGradient {
            let values: Tensor
            switch self {
            case .exact:
                values = allOutcomes(of: prior)
            case .prior(let count), .jackknife(let count):
                values = prior.sample([count], using: &generator)
            case .posterior(let count):
                values = posterior!.sample([count], using: &generator)
            case .mixture(let count):
                values = Tensor.concatenated([
                    posterior!.sample([count / 2], using: &generator),
                    prior.sample([count / 2], using: &generator),
                ])
            }
            let logPosterior = usesPosterior ? posterior!.logDensity(values) : nil
            return InnerSamples(values: values, kind: self, logPosterior: logPosterior)
        }
    }

    private func requireAlike(
        _ prior: any TensorDistribution, _ posterior: (any TensorDistribution)?
    ) {
        guard let posterior else {
            fail("MarginalLikelihood", "\(rawValue) needs a posterior")
        }
        if prior.batchShape != posterior.batchShape || prior.eventShape != posterior.eventShape {
            fail(
                "MarginalLikelihood",
                "a prior with batch \(prior.batchShape) and event \(prior.eventShape), a posterior "
                    + "with \(posterior.batchShape) and \(posterior.eventShape)")
        }
    }

    private func allOutcomes(of prior: any TensorDistribution) -> Tensor {
        guard let prior = prior as? any EnumerableDistribution else {
            fail(
                "MarginalLikelihood.exact",
                "the outcomes of \(type(of: prior)) cannot be listed; for a linear-Gaussian model "
                    + "see MarginalEstimate.linearGaussian")
        }
        return prior.enumerated
    }
}
