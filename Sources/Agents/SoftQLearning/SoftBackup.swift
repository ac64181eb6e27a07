import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch

/// The soft Bellman equation for several actions, in nats (Haarnoja et al. 2017, arXiv 1702.08165,
/// theorem 1; Ziebart 2010):
///
///     Q(s, a) = rewardScale · r + γ V(s′)      V(s) = log Σ_a p(a|s) exp Q(s, a)
///     π(a|s)  = p(a|s) exp(Q(s, a) − V(s))
package struct SoftBackup {
    /// log p(a), `[actions]`.
    package let logPrior: Tensor
    /// Nats that a unit of reward is worth.
    package let rewardScale: Double
    /// γ.
    package let discount: Double

    /// A backup with its parts.
    package init(logPrior: Tensor, rewardScale: Double, discount: Double) {
        self.logPrior = logPrior
        self.rewardScale = rewardScale
        self.discount = discount
    }

    /// log p(a) of the settings, `[actions]`: normalized logits, or a prior that is the same for all.
    package static func logPrior(_ settings: SoftQLearningSettings, actions: Int) -> Tensor {
        if settings.priorLogits.isEmpty {
            return .full([actions], settings.prior.constant(.discrete(actions))!)
        }
        return Tensor(settings.priorLogits).logSoftmax(axis: 0).to(.float32)
    }

    /// V, `[rows]`, of Q `[rows, actions]`.
    package func value(_ actionValues: Tensor) -> Tensor {
        (actionValues + logPrior).logSumExp(axis: -1)
    }

    /// π, of Q `[rows, actions]`.
    package func law(_ actionValues: Tensor) -> Categorical {
        Categorical(logits: actionValues + logPrior)
    }

    /// KL(π ‖ p) = E_π[Q] − V in nats, `[rows]`, of Q `[rows, actions]`.
    package func divergence(_ actionValues: Tensor) -> Tensor {
        (law(actionValues).probabilities * actionValues).sum(axis: -1) - value(actionValues)
    }

    /// What Q is fitted to, `[rows]`.
    ///
    /// - Parameters:
    ///   - rewards: r, `[rows]`.
    ///   - continuation: 0 where the task ended, `[rows]`.
    ///   - values: V(s′), `[rows]`.
    package func targets(rewards: Tensor, continuation: Tensor, values: Tensor) -> Tensor {
        rewards * rewardScale + continuation * values * discount
    }

    /// Q, `[rows, actions]`, of V and unnormalized log π/p `[rows, 1 + actions]`: the value of what
    /// comes out is the V that goes in (Schulman, Chen and Abbeel 2017, arXiv 1704.06440).
    package func dueling(_ outputs: Tensor) -> Tensor {
        let width = outputs.size(axis: -1)
        let parts = outputs.split(sizes: [1, width - 1], axis: -1)
        return parts[0] + parts[1] - value(parts[1]).unsqueezed(axis: -1)
    }
}
