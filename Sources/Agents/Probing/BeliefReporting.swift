import OptimistTorch

/// An agent that can show what it believes of the state of the world.
public protocol BeliefReporting: Agent {
    /// What the agent believes after it last acted, a row of features for each environment,
    /// `[env, features]`.
    func beliefFeatures(of carry: Carry) -> Tensor
}
