import OptimistCore
import OptimistModels

/// Which gradient of the bound an actor-critic follows.
public enum EntropyGradient: String, SettingValue, CaseIterable {
    /// The whole one: the divergence of every later step is part of what an action leads to.
    case exact
    /// The divergence enters at its own step alone, by its gradient: what published programs do.
    /// It is biased wherever an action decides how random later ones should be.
    case instantaneous
}

/// The settings of `A2C`.
public struct A2CSettings: AgentSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 5
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.99
    /// λ of the advantages: 1 for n-step returns, 0 for one-step differences.
    @Setting("The mixing weight of advantages, lambda.", 0.0...1)
    public var lambda = 1.0
    /// τ, reward that a nat of divergence from the prior costs; 0 for plain reward.
    @Setting("The temperature: reward that a nat of divergence costs.", 0.0...1e6)
    public var temperature = 0.0
    /// Which gradient of the divergence is followed.
    @Setting("Which gradient of the divergence is followed.")
    public var entropyGradient = EntropyGradient.exact
    /// What actions are like beforehand.
    @Setting("What actions are like beforehand: " + PolicyPrior.grammar + ".")
    public var prior = PolicyPrior.uniform
    /// Whether advantages of a batch are standardized; the temperature then loses its unit.
    @Setting("Whether advantages of a batch are standardized.")
    public var standardizesAdvantages = false
    /// The weight of the value's loss.
    @Setting("The weight of the value's loss.", 0.0...1e3)
    public var valueWeight = 0.5
    /// Gradients of a greater global norm are scaled down to it.
    @Setting("Gradients of a greater global norm are scaled down to it.", 1e-6...1e9)
    public var clippingNorm = 0.5
    /// The size of a step of RMSProp.
    @Setting("The size of a step of RMSProp.", 1e-9...1)
    public var learningRate = 7e-4
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of the paper's successors.
    public init() {}
}
