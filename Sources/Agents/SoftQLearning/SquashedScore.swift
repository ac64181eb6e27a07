import OptimistModels
import OptimistTorch

/// The gradient of the posterior's log-density before tanh squashes: what particles climb.
package enum SquashedScore {
    /// ∇_u [Q(tanh u) + log p(tanh u) + Σ log(1 − tanh² u)], of the shape of the actions:
    /// (1 − a²) (∇_a Q + ∇_a log p) − 2 a.
    ///
    /// - Parameters:
    ///   - actions: a = tanh u, `[..., width]`.
    ///   - slope: ∇_a Q in nats.
    ///   - prior: p.
    package static func score(actions: Tensor, slope: Tensor, prior: PolicyPrior) -> Tensor {
        var slope = slope
        if case .gaussian(let deviation) = prior {
            slope = slope - actions / (deviation * deviation)
        }
        return slope * (1 - actions.square()) - actions * 2
    }
}
