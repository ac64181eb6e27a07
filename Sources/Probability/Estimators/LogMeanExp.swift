import Foundation
import OptimistCore
import OptimistTorch

/// log (1/K Σ exp xₖ) along an axis of K elements, without overflow.
///
/// For the log-weights of importance sampling this is the bound of Burda, Grosse and Salakhutdinov
/// (2016): its expectation is at most the log of the mean weight, and nears it as K grows.
public func logMeanExp(_ logarithms: Tensor, axis: Int = 0) -> Tensor {
    logarithms.logSumExp(axis: axis) - log(Double(logarithms.size(axis: axis)))
}

/// `logMeanExp` with the standard error of the logarithm of a mean (delta method).
///
/// The standard error is itself estimated from the weights; it is blind to weights that were not
/// drawn, and useless where `effectiveSampleSize` is near 1.
public func logMeanExpEstimate(_ logWeights: Tensor, axis: Int = 0) -> TensorEstimate {
    let count = logWeights.size(axis: axis)
    let standardError: Tensor? =
        count > 1
        ? withoutGradient {
            let squares = normalizedWeights(logWeights, axis: axis).square().sum(axis: axis)
            let relativeVariance = (squares * Double(count) - 1) * (1 / Double(count - 1))
            return relativeVariance.maximum(0).sqrt()
        } : nil
    return TensorEstimate(
        mean: logMeanExp(logWeights, axis: axis), standardError: standardError,
        method: .monteCarlo(samples: count))
}

/// The jackknife of `logMeanExp`: K l_K − (K − 1) · the mean over k of l without weight k
/// (Nowozin, 2018), whose bias is O(1/K²), of either sign. It needs two weights at least.
public func jackknifeLogMeanExp(_ logWeights: Tensor, axis: Int = 0) -> Tensor {
    jackknifePseudovalues(logWeights, axis: axis).mean(axis: axis)
}

/// K l_K − (K − 1) l without weight k, for each k (Tukey, 1958): their mean is the jackknife, and
/// their spread tells its standard error.
func jackknifePseudovalues(_ logWeights: Tensor, axis: Int = 0) -> Tensor {
    let count = logWeights.size(axis: axis)
    if count < 2 { fail("jackknifeLogMeanExp", "\(count) weights along axis \(axis), not 2") }
    // Without weight k: what lies before it and what lies after it. Subtracting it from the whole
    // instead would lose all digits where one weight dominates.
    let before = shiftedLogSums(logWeights, axis: axis)
    let after = shiftedLogSums(logWeights.flipped(axes: [axis]), axis: axis).flipped(axes: [axis])
    let without = before.logAddExp(after) - log(Double(count - 1))
    let whole = logMeanExp(logWeights, axis: axis).unsqueezed(axis: axis)
    return whole * Double(count) - without * Double(count - 1)
}

/// The log-sums of all elements before each one; −∞ (as −10³⁰, for gradients) before the first.
private func shiftedLogSums(_ logarithms: Tensor, axis: Int) -> Tensor {
    let count = logarithms.size(axis: axis)
    let sums = logarithms.cumulativeLogSumExp(axis: axis)
    let earlier = sums.slice(axis: axis, 0..<count - 1)
    return earlier.padded(axis: axis, before: 1, after: 0, value: -1e30)
}
