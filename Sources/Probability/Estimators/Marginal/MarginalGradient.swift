import OptimistCore

/// What gradients see of an estimated marginal likelihood.
///
/// With the exact marginal and the posterior at the agent's filter, information gain and state
/// consistency have no gradient together: the world model is shaped by the other terms alone.
/// Taking the marginal's gradient away turns theirs into that of the evidence lower bound.
public enum MarginalGradient: String, SettingValue, CaseIterable {
    /// Gradients reach prior and likelihood, through the weights.
    case full
    /// The marginal is a number to gradients: its weight is then for reporting only, because
    /// gradients are those of the evidence lower bound whatever it is.
    case detached
    /// The marginal is no part of the objective.
    case off

    /// The weight of the marginal in the objective: the one that is asked for, or 0 where it is
    /// off.
    public func weight(_ marginalWeight: Double) -> Double { self == .off ? 0 : marginalWeight }
}
