import OptimistCore
import OptimistEnvironments
import OptimistModels

extension World {
    /// What actions are to an algorithm whose policy is over one choice or a row of numbers.
    ///
    /// - Parameters:
    ///   - algorithm: who asks, for the refusal.
    ///   - prior: what actions are like beforehand, where that plays a part.
    /// - Throws: `AgentError.unsuitable` for actions of another kind, or a prior that is not one
    ///   over them.
    func actionKind(for algorithm: String, prior: PolicyPrior? = nil) throws -> ActionKind {
        guard let kind = ActionKind(actionSpace) else {
            throw unsuitableActions(
                for: algorithm, "its policy is over one choice or a row of numbers")
        }
        if let prior { try require(prior, over: kind, for: algorithm) }
        return kind
    }

    /// - Throws: `AgentError.unsuitable` where actions cannot have a prior.
    func require(_ prior: PolicyPrior, over kind: ActionKind, for algorithm: String) throws {
        guard !prior.suits(kind) else { return }
        throw AgentError.unsuitable(
            algorithm: algorithm, world: name,
            reason: "the prior \(prior.rawValue) is not one over actions that are "
                + actionSpace.kindInWords + (prior == .uniform ? " without bounds" : ""))
    }

    /// The refusal of an algorithm that needs actions of another kind.
    ///
    /// - Parameters:
    ///   - algorithm: who refuses.
    ///   - need: what it does with actions, such as `it compares each of several actions`.
    func unsuitableActions(for algorithm: String, _ need: String) -> AgentError {
        .unsuitable(
            algorithm: algorithm, world: name,
            reason: "\(need), and actions are \(actionSpace.kindInWords)")
    }
}

/// - Throws: `AgentError.notFinite` where a number is not finite.
func requireFinite(_ value: Double, _ term: String, _ detail: String) throws {
    if !value.isFinite { throw AgentError.notFinite(term: term, detail: "\(value) \(detail)") }
}
