import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch

/// The targets and losses of soft actor-critic as functions of laws and values, in units of reward
/// (Haarnoja et al. 2018, arXiv 1812.05905, equations 3 to 9; Christodoulou 2019, arXiv 1910.07207,
/// where actions are choices).
///
/// The price τ of a nat is a tensor of one number. The prior is part of targets and of losses alike.
package struct SoftObjective {
    /// What actions are like beforehand.
    package let prior: PolicyPrior
    /// What actions are.
    package let kind: ActionKind
    /// γ.
    package let discount: Double

    /// An objective with its parts.
    package init(prior: PolicyPrior, kind: ActionKind, discount: Double) {
        self.prior = prior
        self.kind = kind
        self.discount = discount
    }

    /// What critics should say: r + γ c V(s′), `[rows]`.
    package func targets(rewards: Tensor, continuation: Tensor, following: Tensor) -> Tensor {
        rewards + continuation * following * discount
    }

    /// V of actions drawn from the policy: Q − τ log π/p, `[rows]`.
    package func value(of draw: Draw, worth: Tensor, price: Tensor) -> Tensor {
        worth - divergence(draw) * price
    }

    /// A number with the gradient of E[τ log π/p − Q] through draws of the policy.
    ///
    /// - Parameters:
    ///   - draw: differentiable, `[rows, width]`.
    ///   - slope: the gradient of Q by each action, `[rows, width]`, a constant.
    ///   - price: τ.
    package func loss(of draw: Draw, slope: Tensor, price: Tensor) -> Tensor {
        let rows = Double(draw.logDensity.count)
        return (divergence(draw) * price).mean() - (draw.value * slope).sum() / rows
    }

    /// The gradient of τ log p by actions: what is added to that of Q, so that −τ log π remains;
    /// nil where it is 0.
    package func priorSlope(_ actions: Tensor, price: Tensor) -> Tensor? {
        guard case .gaussian(let deviation) = prior else { return nil }
        return actions * price * (-1 / (deviation * deviation))
    }

    private func divergence(_ draw: Draw) -> Tensor {
        guard let constant = prior.constant(kind) else {
            return draw.logDensity - prior.logDensity(draw.value, kind)
        }
        return constant == 0 ? draw.logDensity : draw.logDensity - constant
    }

    /// V = E_π[Q − τ log π/p] exactly, `[rows]`, of choices.
    ///
    /// - Parameters:
    ///   - logPolicy: log π, `[rows, actions]`.
    ///   - values: Q, `[rows, actions]`.
    ///   - price: τ.
    package func value(logPolicy: Tensor, values: Tensor, price: Tensor) -> Tensor {
        (logPolicy.exp() * (values - (logPolicy - prior.constant(kind)!) * price)).sum(axis: 1)
    }

    /// −E[V], which is τ KL(π ‖ p exp(Q/τ)/Z) up to a constant, differentiable in the policy.
    package func loss(logPolicy: Tensor, values: Tensor, price: Tensor) -> Tensor {
        -value(logPolicy: logPolicy, values: values, price: price).mean()
    }
}
