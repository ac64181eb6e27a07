import Foundation
import OptimistCore
import OptimistTorch

/// Weights ∝ exp(logWeights) that sum to 1 along an axis.
public func normalizedWeights(_ logWeights: Tensor, axis: Int = 0) -> Tensor {
    logWeights.softmax(axis: axis)
}

/// The effective sample size along an axis, (Σ w)² / Σ w², between 1 and K (Kong, 1992).
public func effectiveSampleSize(logWeights: Tensor, axis: Int = 0) -> Tensor {
    let total = logWeights.logSumExp(axis: axis)
    let squares = (logWeights * 2).logSumExp(axis: axis)
    return (total * 2 - squares).exp()
}

/// Self-normalized importance sampling: the weighted mean of values along the first axis, with
/// its standard error √Σ w̄² (f − mean)².
///
/// - Parameters:
///   - values: f at the samples, `[samples, batch..., more...]`.
///   - logWeights: log target − log proposal up to a constant, `[samples, batch...]`.
public func selfNormalizedMean(_ values: Tensor, logWeights: Tensor) -> TensorEstimate {
    let count = logWeights.size(axis: 0)
    if values.rank < logWeights.rank || values.size(axis: 0) != count {
        fail(
            "selfNormalizedMean",
            "values of shape \(values.shape) with weights of shape \(logWeights.shape)")
    }
    let weights = normalizedWeights(logWeights).appendingAxes(values.rank - logWeights.rank)
    let mean = (weights * values).sum(axis: 0)
    let standardError = withoutGradient {
        (weights * (values - mean)).square().sum(axis: 0).sqrt()
    }
    return TensorEstimate(
        mean: mean, standardError: count > 1 ? standardError : nil,
        method: .monteCarlo(samples: count))
}

/// The log-weights of samples of which half came from a proposal and half from a prior, by the
/// balance heuristic (Veach and Guibas, 1995): log likelihood + log prior − log(½ q + ½ prior).
/// They are at most log likelihood + log 2, however narrow the proposal is. The density that the
/// samples were drawn from is a constant to gradients.
public func balancedLogWeights(
    logLikelihood: Tensor, logPrior: Tensor, logProposal: Tensor
) -> Tensor {
    let mixed = logProposal.detached().logAddExp(logPrior.detached()) - log(2)
    return logLikelihood + (logPrior - mixed)
}
