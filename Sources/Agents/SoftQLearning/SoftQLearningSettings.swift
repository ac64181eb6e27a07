import OptimistCore
import OptimistModels

/// The unit that a network tells values in.
public enum ValueUnit: String, SettingValue, CaseIterable {
    /// Nats: rewards times the reward scale.
    case nats
    /// The unit of rewards.
    case reward
}

/// The settings of `SoftQLearning`.
public struct SoftQLearningSettings: ValueBasedSettings {
    /// Steps of random actions before the first update.
    @Setting("Steps of random actions before the first update.", 0...10_000_000)
    public var warmUpSteps = 1_000
    /// Steps between rounds of updates.
    @Setting("Steps between rounds of updates.", 1...1_000_000)
    public var every = 1
    /// Updates in a round.
    @Setting("Updates in a round.", 1...1_000_000)
    public var updates = 1
    /// Transitions in an update.
    @Setting("Transitions in an update.", 1...1_000_000)
    public var batch = 64
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.99
    /// The size of a step of Adam.
    @Setting("The size of a step of Adam.", 1e-9...1)
    public var learningRate = 1e-3
    /// Nats that a unit of reward is worth: one over the temperature.
    @Setting("Nats that a unit of reward is worth: one over the temperature.", 1e-9...1e9)
    public var rewardScale = 1.0
    /// What actions are like beforehand.
    @Setting("What actions are like beforehand: " + PolicyPrior.grammar + ".")
    public var prior = PolicyPrior.uniform
    /// Logits of a fixed prior over several actions, in place of `prior`; empty for none.
    @Setting("Logits of a fixed prior over several actions, in place of prior; empty for none.")
    public var priorLogits: [Double] = []
    /// How the network of the targets follows.
    @Setting("How the network of the targets follows: " + TargetCopy.grammar + ".")
    public var target = TargetCopy.hard(every: 500)
    /// The unit that the network tells values in.
    @Setting("The unit that the network tells values in.")
    public var valueUnit = ValueUnit.nats
    /// What an error of a value costs.
    @Setting("What an error of a value costs.")
    public var loss = ValueLoss.squared
    /// Whether the network of several actions tells V and log π/p rather than Q.
    @Setting("Whether the network tells a state's value and each action's log π/p apart.")
    public var dueling = false
    /// Updates that a record tells of.
    @Setting("Updates that a record tells of.", 1...10_000_000)
    public var reportEvery = 500
    /// Uniform actions among those of the policy.
    public var exploration = ExplorationSettings(start: 0, end: 0, steps: 10_000)
    /// How numbers are drawn from exp Q.
    public var sampler = SteinSamplerSettings()
    /// The network of the values.
    public var networks = ValueNetworkSettings()

    /// The settings of the paper's kind for small tasks.
    public init() {}
}

/// How numbers are drawn from exp Q, and its normalizer is estimated.
public struct SteinSamplerSettings: Configuration {
    /// Uniform actions that a state's value is estimated with.
    @Setting("Uniform actions that a state's value is estimated with.", 1...100_000)
    public var valueParticles = 16
    /// Draws in each state that a step of the sampler is made with.
    @Setting("Draws in each state that a step of the sampler is made with.", 2...10_000)
    public var kernelParticles = 16
    /// The share of these that are moved; the others only attract and repel.
    @Setting("The share of the draws that are moved.", 0.01...0.99)
    public var updatedShare = 0.5
    /// Draws of which the deterministic mode takes the best.
    @Setting("Draws of which the deterministic mode takes the best.", 1...100_000)
    public var candidates = 16

    /// The settings of Haarnoja et al. 2017.
    public init() {}

    /// Particles that are moved, at least one, and at least one that is not.
    var updated: Int {
        min(kernelParticles - 1, max(1, Int(Double(kernelParticles) * updatedShare)))
    }
}
