import OptimistCore
import OptimistModels

/// How PPO keeps a policy near the one that acted.
public enum ProximalObjective: String, SettingValue, CaseIterable {
    /// Ratios of probabilities count only up to a distance from 1.
    case clip
    /// A divergence costs, at a price that follows how far the policy moves.
    case adaptive
    /// A divergence costs at a fixed price.
    case fixed
}

/// The settings of `PPO`.
public struct PPOSettings: AgentSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 128
    /// Passes over a rollout.
    @Setting("Passes over a rollout.", 1...1_000)
    public var epochs = 4
    /// Rows of a minibatch.
    @Setting("Rows of a minibatch.", 1...1_000_000)
    public var minibatch = 128
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.99
    /// λ of the advantages.
    @Setting("The mixing weight of advantages, lambda.", 0.0...1)
    public var lambda = 0.95
    /// What keeps the policy near the one that acted.
    @Setting("What keeps the policy near the one that acted.")
    public var objective = ProximalObjective.clip
    /// How far ratios count, for `clip`.
    @Setting("How far ratios of probabilities count, for clip.", 1e-3...1)
    public var clip = 0.2
    /// Reward that a nat of divergence from the policy that acted costs, for `adaptive` at first.
    @Setting(
        "What a nat of divergence from the acting policy costs, for adaptive at first.", 0.0...)
    public var penalty = 1.0
    /// The divergence aimed at by `adaptive`; for all, an epoch that goes half as far again is the
    /// last; none for no limit.
    @Setting("Divergence aimed at by adaptive, and beyond which epochs end, in nats.", 1e-6...1e3)
    public var divergenceLimit: Double? = nil
    /// τ, reward that a nat of divergence from the prior costs.
    @Setting("The temperature: reward that a nat of divergence from the prior costs.", 0.0...1e6)
    public var temperature = 0.01
    /// Which gradient of the divergence from the prior is followed.
    @Setting("Which gradient of the divergence from the prior is followed.")
    public var entropyGradient = EntropyGradient.instantaneous
    /// What actions are like beforehand.
    @Setting("What actions are like beforehand: " + PolicyPrior.grammar + ".")
    public var prior = PolicyPrior.uniform
    /// Whether advantages of a minibatch are standardized; the temperature then loses its unit.
    @Setting("Whether advantages of a minibatch are standardized.")
    public var standardizesAdvantages = true
    /// The weight of the value's loss.
    @Setting("The weight of the value's loss.", 0.0...1e3)
    public var valueWeight = 0.5
    /// Whether values, too, count only so far from what they were, `clip`.
    @Setting("Whether values, too, count only so far from what they were.")
    public var clipsValues = false
    /// Gradients of a greater global norm are scaled down to it.
    @Setting("Gradients of a greater global norm are scaled down to it.", 1e-6...1e9)
    public var clippingNorm = 0.5
    /// The size of a step of Adam.
    @Setting("The size of a step of Adam.", 1e-9...1)
    public var learningRate = 2.5e-4
    /// Steps of training over which learning rate and clip fall to 0; none for never.
    @Setting("Steps over which learning rate and clip fall to 0; none for never.", 1...)
    public var annealedOver: Int? = nil
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of classic control.
    public init() {}
}
