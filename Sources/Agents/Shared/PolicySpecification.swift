import OptimistCore

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

extension BoundSpecification {
    /// Without the environment's reward and the optimality that it tells of.
    var withoutReward: BoundSpecification {
        var result = self
        result.joint.removeAll { $0.variable == "r" || $0.variable == "O" }
        return result
    }
}
