import OptimistCore
import OptimistModels
import OptimistTorch

/// How critics' targets follow what was replayed.
public enum OffPolicyCorrection: String, SettingValue, CaseIterable {
    /// Rewards as they came until the end of a sequence, then the value.
    case none
    /// Retrace: what followed counts as far as the policy would do the same.
    case retrace
}

/// The settings of `MPO`.
public struct MPOSettings: ReplaySettings {
    /// Steps of random actions before the first update.
    @Setting("Steps of random actions before the first update.", 0...10_000_000)
    public var warmUpSteps = 1_000
    /// Steps between rounds of updates.
    @Setting("Steps between rounds of updates.", 1...1_000_000)
    public var every = 1
    /// Updates in a round.
    @Setting("Updates in a round.", 1...1_000_000)
    public var updates = 1
    /// Transitions in an update, of all its sequences together.
    @Setting("Transitions in an update, of all its sequences together.", 1...1_000_000)
    public var batch = 256
    /// Steps of a replayed sequence.
    @Setting("Steps of a replayed sequence.", 1...100_000)
    public var window = 5
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.99
    /// The size of a step of Adam, for policy and critic.
    @Setting("The size of a step of Adam, for policy and critic.", 1e-9...1)
    public var learningRate = 1e-4
    /// The size of a step of Adam, for temperatures and multipliers.
    @Setting("The size of a step of Adam, for temperatures and multipliers.", 1e-9...1)
    public var dualLearningRate = 1e-2
    /// Gradients of a greater norm are scaled down to it; none for any.
    @Setting("Gradients of a greater norm are scaled down to it; none for any.", 1e-9...1e9)
    public var clippingNorm: Double? = 40
    /// Updates after which targets become what was learned.
    @Setting("Updates after which targets become what was learned.", 1...1_000_000)
    public var targetEvery = 100
    /// Actions drawn in each state, where they are numbers.
    @Setting("Actions drawn in each state, where they are numbers.", 2...10_000)
    public var actionSamples = 20
    /// How critics' targets follow what was replayed.
    @Setting("How critics' targets follow what was replayed.")
    public var correction = OffPolicyCorrection.retrace
    /// η, reward that a nat of divergence from the last policy costs; none to find it by
    /// `divergenceLimit`.
    @Setting("Reward that a nat of divergence costs; none to find it by its limit.", 1e-9...1e6)
    public var temperature: Double? = nil
    /// How far improved actions may be from the policy, in nats.
    @Setting("How far improved actions may be from the policy, in nats.", 1e-9...1e3)
    public var divergenceLimit = 0.1
    /// How far a new mean may be from the old one, in nats for each number; of choices, the policy.
    @Setting(
        "How far a new mean, or a policy of choices, may be from the old, in nats.", 1e-12...1e3)
    public var meanLimit = 0.0025
    /// How far a new deviation may be from the old one, in nats for each number.
    @Setting("How far a new deviation may be from the old one, in nats.", 1e-12...1e3)
    public var deviationLimit = 1e-6
    /// How far actions that stay within bounds may be from the policy, in nats; none to ignore
    /// bounds.
    @Setting("As divergenceLimit, for staying within bounds; none to ignore them.", 1e-9...1e3)
    public var boundsLimit: Double? = 1e-3
    /// Updates that a record tells of.
    @Setting("Updates that a record tells of.", 1...10_000_000)
    public var reportEvery = 500
    /// The networks of policy and critic.
    public var networks = MPOSettings.standardNetworks

    private static let standardNetworks: PolicySettings = {
        var networks = PolicySettings()
        networks.units = [256, 256]
        networks.activation = .elu
        networks.initialDeviation = 0.7
        return networks
    }()

    /// The settings of the authors' library, with smaller networks.
    public init() {}

    /// There is no policy with a memory.
    public func validate() throws {
        if networks.memory > 0 {
            throw ConfigurationError.outOfRange(
                key: "networks.memory", value: "\(networks.memory)", allowed: "0")
        }
    }
}
