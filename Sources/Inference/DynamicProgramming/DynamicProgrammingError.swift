/// Why a program could not be solved.
public enum DynamicProgrammingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The prior or a policy is no law.
    case actions(ActionPriorError)
    /// A policy takes an action that the prior rules out: its divergence is infinite.
    case policyLeavesPrior(state: Int, action: Int)
    /// The sweeps allowed did not reach the tolerance.
    case notConverged(sweeps: Int, residual: Double, tolerance: Double)
    /// Without a discount a policy does not surely reach a terminal state, so it has no value.
    case improperPolicy
    /// Values are not finite: a prior rules out every action, or rewards are too large.
    case notFinite

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .actions(let error): error.description
        case .policyLeavesPrior(let state, let action):
            "the policy takes action \(action) in state \(state), which the prior rules out: its "
                + "bound is minus infinity"
        case .notConverged(let sweeps, let residual, let tolerance):
            "after \(sweeps) sweeps the values are known to \(residual) only, not to "
                + "\(tolerance): allow more sweeps, a larger tolerance or a smaller discount"
        case .improperPolicy:
            "without a discount, a policy that need not end has no value: give a discount below 1"
        case .notFinite: "the values are not finite: check rewards, reward scale and prior"
        }
    }
}
