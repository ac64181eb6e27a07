import OptimistCore
import OptimistModels

/// How one round of `IteratedInference` looks for its policy.
public enum InnerInference: String, SettingValue, CaseIterable {
    /// Steps on fresh rollouts, with log π/previous taken off the reward that each action brings:
    /// the whole gradient of the bound.
    case onPolicy
    /// Several passes over one rollout of the previous policy, by ratios of probabilities: the bound
    /// short of what changes in the law of states.
    case surrogate
}

/// The settings of `IteratedInference`.
public struct IteratedInferenceSettings: AgentSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 256
    /// How a round looks for its policy.
    @Setting("How a round looks for its policy.")
    public var inner = InnerInference.surrogate
    /// Rollouts of a round, or passes over its one rollout.
    @Setting("Rollouts of a round (onPolicy), or passes over its rollout (surrogate).", 1...100_000)
    public var innerSteps = 10
    /// Rows of a minibatch of `surrogate`.
    @Setting("Rows of a minibatch, for surrogate.", 1...1_000_000)
    public var minibatch = 64
    /// α, nats that a unit of reward is worth in a round: how far it may go from the policy before.
    @Setting("Nats that a unit of reward is worth in a round: the size of its step.", 1e-6...1e6)
    public var rewardScale = 1.0
    /// What α is multiplied by after each round.
    @Setting("What the reward scale is multiplied by after each round.", 0.5...2)
    public var rewardScaleGrowth = 1.0
    /// A round ends once the policy is so far from the one before, in nats; none for no limit.
    @Setting("A round ends at this divergence from the policy before, in nats.", 1e-6...1e3)
    public var divergenceLimit: Double? = 0.02
    /// The weight of the value's loss beside the policy's.
    @Setting("The weight of the value's loss beside the policy's.", 0.0...1e3)
    public var valueWeight = 0.5
    /// What rewards are summed into.
    public var returns = ReturnSettings()
    /// How the networks are trained, by Adam. Standardized advantages give α their unit.
    public var descent = DescentSettings(learningRate: 3e-4, standardizesAdvantages: true)
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of classic control.
    public init() {}

    /// The policy before would need a memory of its own to say what it would have done.
    public func validate() throws {
        if inner == .onPolicy && networks.memory > 0 {
            throw ConfigurationError.inconsistent(
                "inner=onPolicy asks the previous policy about new rollouts, which it has no "
                    + "memory of: set networks.memory=0, or inner=surrogate")
        }
    }
}
