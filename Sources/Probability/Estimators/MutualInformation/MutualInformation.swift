import Foundation
import OptimistCore
import OptimistTorch

/// How the mutual information I(z; x) is estimated from samples: what an observation would tell of
/// the state, which planning may seek.
///
/// All need the matrix log p(x_n | z_j) of observations x_n, each emitted by its z_n, under states
/// z_j of which the first ones are the z_n; `logLikelihoods(of:)` makes it. The truth lies between
/// the first two on average. The states decide what is known already: samples of the prior given a
/// sampled past count what is new since then, particles of a belief count persistent uncertainty
/// too, as the expected free energy does.
public enum MutualInformation: String, SettingValue, CaseIterable {
    /// The generating state is among those that the marginal is averaged over (Foster et al. 2020):
    /// too low on average, at most the logarithm of their number, of lower variance.
    case contrastive
    /// The marginal is averaged over the other states alone (nested Monte Carlo, Rainforth et al.
    /// 2018): too high on average, by about Var w / (2 M E[w]²) for M of them.
    case nested
    /// The mean of the two.
    case midpoint

    /// I(z; x) for each law of a batch, in nats, with its standard error over the observations,
    /// which is right where each has states of its own and rough where they share them.
    ///
    /// - Parameters:
    ///   - logLikelihoods: log p(x_n | z_j), `[N, J, batch...]`, N at most J; joint over everything
    ///     that would be seen at once.
    ///   - conditionalEntropy: the entropy of p(x | z_n) where it is known, `[N, batch...]`; its
    ///     negative takes the place of log p(x_n | z_n) outside of the marginal. The contrastive
    ///     estimate has no cap then.
    public func estimate(
        _ logLikelihoods: Tensor, conditionalEntropy: Tensor? = nil
    ) -> TensorEstimate {
        let shape = logLikelihoods.shape
        if shape.count < 2 || shape[0] > shape[1] || self != .contrastive && shape[1] < 2 {
            fail("MutualInformation.\(rawValue)", "log-likelihoods of shape \(shape)")
        }
        if let given = conditionalEntropy?.shape, given != [shape[0]] + shape[2...] {
            fail("MutualInformation.\(rawValue)", "entropies \(given), log-likelihoods \(shape)")
        }
        let own = conditionalEntropy.map { -$0 } ?? Self.generating(logLikelihoods)
        return TensorEstimate(ofSamples: own - logMarginal(logLikelihoods))
    }

    /// log p(x_n), estimated, `[N, batch...]`; for `midpoint` the mean of both estimates.
    private func logMarginal(_ logLikelihoods: Tensor) -> Tensor {
        switch self {
        case .contrastive: return logMeanExp(logLikelihoods, axis: 1)
        case .nested: return Self.logMeanOfOthers(logLikelihoods)
        case .midpoint:
            let low = logMeanExp(logLikelihoods, axis: 1)
            return (low + Self.logMeanOfOthers(logLikelihoods)) * 0.5
        }
    }

    /// log p(x_n | z_n), `[N, batch...]`.
    private static func generating(_ logLikelihoods: Tensor) -> Tensor {
        let (count, rank) = (logLikelihoods.size(axis: 0), logLikelihoods.rank)
        if count == 1 { return logLikelihoods.slice(axis: 1, 0..<1).squeezed(axis: 1) }
        let square = logLikelihoods.slice(axis: 1, 0..<count)
        let diagonal = square.permuted(Array(2..<rank) + [0, 1]).diagonal()
        return rank == 2 ? diagonal : diagonal.permuted([rank - 2] + Array(0..<rank - 2))
    }

    /// The log-mean over j ≠ n, `[N, batch...]`.
    private static func logMeanOfOthers(_ logLikelihoods: Tensor) -> Tensor {
        let (count, states) = (logLikelihoods.size(axis: 0), logLikelihoods.size(axis: 1))
        let others: Tensor
        if count == 1 {
            others = logLikelihoods.slice(axis: 1, 1..<states)
        } else {
            let own = Tensor.identity(states, device: logLikelihoods.device)
                .slice(axis: 0, 0..<count).appendingAxes(logLikelihoods.rank - 2)
            others = logLikelihoods.maskedFill(own .> 0, -.infinity)
        }
        return others.logSumExp(axis: 1) - log(Double(states - 1))
    }
}

extension MutualInformation {
    /// log p(x_n | z_j), `[N, J, batch...]`, of observations drawn from each of the first N laws
    /// under all of them.
    ///
    /// The states are decoded once, before; observation and reward given the same states have
    /// matrices that add up.
    ///
    /// - Parameters:
    ///   - emission: p(x | z_j), its batch shape `[J, batch...]`.
    ///   - observations: N; J if nil.
    ///   - generator: what is random. Draws are pathwise where the law allows it.
    public static func logLikelihoods(
        of emission: any TensorDistribution, observations: Int? = nil,
        using generator: inout Generator
    ) -> Tensor {
        guard let states = emission.batchShape.first, 1...states ~= observations ?? states else {
            fail(
                "MutualInformation.logLikelihoods",
                "\(observations ?? 0) observations of laws with batch shape \(emission.batchShape)")
        }
        let drawn =
            (emission as? any ReparameterizedDistribution)?
            .reparameterizedSample(using: &generator) ?? emission.sample(using: &generator)
        let kept = drawn.slice(axis: 0, 0..<(observations ?? states))
        return emission.logDensity(kept.unsqueezed(axis: 1))
    }
}
