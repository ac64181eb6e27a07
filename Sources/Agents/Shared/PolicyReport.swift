import OptimistCore
import OptimistModels
import OptimistTorch

/// What an update of a policy is reported with.
struct PolicyReport {
    /// Nats per unit of reward; nil where actions cost nothing, and the bound has no such term.
    let rewardScale: Double?
    let prior: PolicyPrior

    /// The bound of the policy that acted, per step, and what the update did.
    ///
    /// - Parameters:
    ///   - rollout: what was learned from.
    ///   - metrics: numbers of the update.
    func record(of rollout: Rollout, _ metrics: [Metric]) -> Record {
        let rows = rollout.batch.validRows
        func estimate(_ tensor: Tensor) -> Estimate {
            Estimate(of: tensor.flattened().indexSelect(axis: 0, rows).doubles())
        }
        let actions = rollout.batch.actions.flattened(from: 0, to: 1)
        let law = rollout.law
        let divergence =
            prior.divergence(of: law, rollout.kind)
            ?? rollout.logDensities.flattened() - prior.logDensity(actions, rollout.kind)
        let cost = estimate(divergence)
        let reward = estimate(rollout.batch.rewards * (rewardScale ?? 1))
        var errors = ["reward": reward.standardError ?? 0]
        if rewardScale != nil { errors["actionConsistency"] = cost.standardError ?? 0 }
        let known = law.entropy.map { [Metric("policy.entropy", estimate($0).mean)] } ?? []
        return Record(
            .learning,
            metrics: metrics + known + [Metric("policy.divergence", cost.mean)],
            bound: Bound(
                reward: reward.mean, actionConsistency: rewardScale == nil ? nil : cost.mean,
                context: BoundContext(
                    scope: .perStep(validSteps: rows.count), source: .rollout,
                    rewardScale: rewardScale ?? 1, standardErrors: errors)))
    }
}

/// The factors and terms of an agent that learns a policy from what it lives.
func policySpecification(
    world: World, terms: [BoundTerm], prior: String, priorStatus: FactorStatus = .assumed,
    remembers: Bool, action: String
) -> BoundSpecification {
    let given = remembers ? ["s_1:t"] : ["s"]
    return BoundSpecification(
        joint: [
            Factor(
                "p(s'|s,a)", of: "s'", given: ["s", "a"], .environment, role: "the environment"),
            Factor("p(r|s,a)", of: "r", given: ["s", "a"], .environment, role: "the environment"),
            Factor("p(a|s)", of: "a", given: ["s"], priorStatus, role: prior),
            Factor("p(O|r)", of: "O", given: ["r"], .assumed, role: "exponentiated reward"),
        ],
        posterior: [
            Factor(
                "q(s'|s,a)", of: "s'", given: ["s", "a"], .environment, role: "the environment"),
            Factor(
                remembers ? "π(a|s_1:t)" : "π(a|s)", of: "a", given: given, .learned,
                role: remembers ? "recurrent policy" : "policy"),
        ],
        terms: terms, stateInference: remembers ? "a recurrent memory" : "observed",
        actionInference: action)
}
