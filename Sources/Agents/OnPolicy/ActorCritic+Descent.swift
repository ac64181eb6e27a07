import OptimistCore
import OptimistModels
import OptimistTorch

extension ActorCritic {
    /// One step down a fused loss on a minibatch.
    ///
    /// - Returns: the gradient's global norm before clipping, and the loss's parts.
    package func descend(
        _ loss: FusedPolicyLoss, _ rows: PolicyMinibatch, by learner: FusedLearner
    ) -> (norm: Double, parts: FusedPolicyLoss.Result) {
        var parts: FusedPolicyLoss.Result!
        let norm = learner.descend(rows.features) { outputs in
            parts = loss(
                outputs: outputs[0], logDeviation: policy.logDeviation,
                limits: PolicyNetwork.limits, values: outputs[1],
                rows: FusedPolicyLoss.Rows(
                    actions: rows.actions, logDensities: rows.logDensities,
                    advantages: rows.advantages, values: rows.values, targets: rows.targets))
            let byMemory = (memory?.parameters ?? []).map { Tensor.zeros(like: $0.tensor) }
            return (
                [parts.byOutputs, parts.byValues],
                (parts.byLogDeviation.map { [$0] } ?? []) + byMemory
            )
        }
        return (norm, parts)
    }
}

extension PolicyPrior {
    /// Whether the divergence from this prior is minus the entropy, up to a constant.
    func isEntropy(_ kind: ActionKind) -> Bool { constant(kind) != nil }
}
