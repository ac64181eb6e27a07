import Foundation
import OptimistCore
import OptimistTorch

/// V(s) = log E_p(a)[exp Q(s, a)] for numbers, by importance sampling (Haarnoja et al. 2017, arXiv
/// 1702.08165, section 3.2).
package enum SoftValueEstimate {
    /// log mean_m exp(Q(s, a_m) + log p(a_m) − log q(a_m)), `[rows]`.
    ///
    /// By Jensen's inequality its mean is not above V, and the less so the fewer the particles and
    /// the more numbers there are in an action.
    ///
    /// - Parameters:
    ///   - actionValues: Q of the proposals, `[rows, particles]`.
    ///   - logPrior: log p of the proposals, `[rows, particles]`.
    ///   - width: numbers in an action; proposals are uniform on [−1, 1] in each.
    package static func value(
        actionValues: Tensor, logPrior: Tensor, width: Int
    ) -> Tensor {
        (actionValues + logPrior).logSumExp(axis: 1) + Double(width) * log(2)
            - log(Double(actionValues.size(axis: 1)))
    }
}
