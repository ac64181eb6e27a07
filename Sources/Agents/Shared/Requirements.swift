import OptimistCore
import OptimistEnvironments
import OptimistModels

/// - Throws: `AgentError.unsuitable` where actions cannot have a prior.
func requireSuitable(
    _ prior: PolicyPrior, _ kind: ActionKind, world: World, algorithm: String
) throws {
    guard !prior.suits(kind) else { return }
    throw AgentError.unsuitable(
        algorithm: algorithm, world: world.name,
        reason: "the prior \(prior.rawValue) is not one over actions that are "
            + world.actionSpace.kindInWords + (prior == .uniform ? " without bounds" : ""))
}

/// - Throws: `AgentError.notFinite` where a number is not finite.
func requireFinite(_ value: Double, _ term: String, _ detail: String) throws {
    if !value.isFinite { throw AgentError.notFinite(term: term, detail: "\(value) \(detail)") }
}
