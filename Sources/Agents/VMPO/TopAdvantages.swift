import Foundation
import OptimistCore
import OptimistTorch

/// The expectation step of V-MPO (Song et al. 2019, arXiv 1909.12238): of the steps of a batch the
/// better part is kept and weighed by the softmax of A / η, the posterior over which of them to do
/// again.
package struct TopAdvantages {
    /// Which rows are kept, best first, `[kept]`.
    package let rows: Tensor
    /// Their advantages, `[kept]`.
    package let advantages: Tensor

    /// The better part of rows.
    ///
    /// - Parameters:
    ///   - advantages: A, `[rows]`, without padding.
    ///   - share: which share is kept, rounded up.
    package init(_ advantages: Tensor, share: Double) {
        let count = Int((share * Double(advantages.count)).rounded(.up))
        let sorted = advantages.sorted(descending: true)
        rows = sorted.indices.slice(axis: 0, 0..<count)
        self.advantages = sorted.values.slice(axis: 0, 0..<count)
    }

    /// The softmax of A / η, `[kept]`.
    ///
    /// - Parameter temperature: η, `[1]`, positive, in the unit of the advantages.
    package func weights(temperature: Tensor) -> Tensor {
        (advantages / temperature).softmax(axis: 0)
    }

    /// η (ε + log mean exp(A / η)), `[1]`: what the temperature descends, so that the weights are at
    /// most ε from equal ones.
    ///
    /// - Parameters:
    ///   - temperature: η, `[1]`, differentiable.
    ///   - maximumDivergence: ε in nats.
    package func temperatureLoss(_ temperature: Tensor, maximumDivergence: Double) -> Tensor {
        let logMean =
            (advantages / temperature).logSumExp(axis: 0) - log(Double(advantages.count))
        return temperature * (logMean + maximumDivergence)
    }
}
