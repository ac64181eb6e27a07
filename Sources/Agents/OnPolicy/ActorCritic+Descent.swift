import OptimistCore
import OptimistModels
import OptimistTorch

/// What a step down a loss did.
package struct PolicyDescent {
    /// The gradient's global norm before clipping.
    package var norm: Double
    /// The surrogate's loss before.
    package var policyLoss: Double
    /// The mean squared error of values before.
    package var valueLoss: Double
    /// KL(acting ‖ π) before, in nats, estimated.
    package var divergence: Double
}

extension ActorCritic {
    /// One step of policy, value and memory down a loss; in plain loops where they have the loss.
    ///
    /// - Parameters:
    ///   - loss: of policy and value.
    ///   - rows: what was done.
    ///   - learner: trains policy and value, or the policy alone.
    /// - Throws: `AgentError.notFinite`; nothing has changed then.
    package func descend(
        _ loss: PolicyLoss, _ rows: PolicyMinibatch, by learner: FusedLearner
    ) throws -> PolicyDescent {
        let done: PolicyDescent
        if let fused = fusesLosses && rows.weights == nil ? loss.fused(kind) : nil {
            done = descend(fused, rows, by: learner)
        } else {
            var parts: PolicyLoss.Parts!
            let norm = learner.minimize(rows.features) { outputs in
                let law = policy.law(ofOutputs: outputs[0])
                let values = outputs.count > 1 ? outputs[1].squeezed(axis: 1) : rows.values
                parts = loss(law, values, rows, kind)
                return parts.total
            }
            done = PolicyDescent(
                norm: norm, policyLoss: parts.policy.item(), valueLoss: parts.value.item(),
                divergence: parts.divergence.item())
        }
        try requireFinite(done.norm, "gradient", "of the policy's and value's loss")
        return done
    }

    private func descend(
        _ loss: FusedPolicyLoss, _ rows: PolicyMinibatch, by learner: FusedLearner
    ) -> PolicyDescent {
        var parts: FusedPolicyLoss.Result!
        let norm = learner.descend(rows.features) { outputs in
            parts = loss(
                outputs: outputs[0], logDeviation: policy.logDeviation,
                limits: PolicyNetwork.limits,
                values: outputs.count > 1 ? outputs[1] : rows.values.unsqueezed(axis: 1),
                rows: FusedPolicyLoss.Rows(
                    actions: rows.actions, logDensities: rows.logDensities,
                    advantages: rows.advantages, values: rows.values, targets: rows.targets))
            let byMemory = (memory?.parameters ?? []).map { Tensor.zeros(like: $0.tensor) }
            // Some learners leave deviations as they are.
            let isLearned = learner.others.count > byMemory.count
            return (
                [parts.byOutputs] + (outputs.count > 1 ? [parts.byValues] : []),
                (isLearned ? [parts.byLogDeviation!] : []) + byMemory
            )
        }
        return PolicyDescent(
            norm: norm, policyLoss: parts.policyLoss, valueLoss: parts.valueLoss,
            divergence: parts.divergence)
    }
}
