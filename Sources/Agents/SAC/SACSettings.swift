import OptimistCore
import OptimistModels
import OptimistTorch

/// Which of the critics' values a policy is improved by.
public enum PolicyCritic: String, SettingValue, CaseIterable {
    /// The least one, as in the paper.
    case least
    /// Their mean.
    case mean
    /// The first one's.
    case first
}

/// The settings of `SAC`.
public struct SACSettings: AgentSettings {
    /// Steps of random actions before the first update.
    @Setting("Steps of random actions before the first update.", 0...10_000_000)
    public var warmUpSteps = 1_000
    /// Steps between rounds of updates.
    @Setting("Steps between rounds of updates.", 1...1_000_000)
    public var every = 1
    /// Updates in a round.
    @Setting("Updates in a round.", 1...1_000_000)
    public var updates = 1
    /// Transitions in an update; with a memory, those of all its sequences together.
    @Setting("Transitions in an update; with a memory, of all its sequences.", 1...1_000_000)
    public var batch = 256
    /// Steps of a replayed sequence, for a memory.
    @Setting("Steps of a replayed sequence, for a memory.", 2...100_000)
    public var window = 32
    /// Steps at the beginning of a sequence that only fill the memory, where it starts within an
    /// episode.
    @Setting("Steps of a sequence within an episode that only fill the memory.", 0...100_000)
    public var burnIn = 8
    /// The discount of a step.
    @Setting("The discount of a step.", 0.0...1)
    public var discount = 0.99
    /// The size of a step of Adam, for policy, critics and temperature.
    @Setting("The size of a step of Adam, for policy, critics and temperature.", 1e-9...1)
    public var learningRate = 3e-4
    /// The share of the way that target critics move in an update.
    @Setting("The share of the way that target critics move in an update.", 1e-6...1)
    public var targetRate = 0.005
    /// τ, reward that a nat of divergence from the prior costs; none to find it by `entropy`.
    @Setting("Reward that a nat of divergence costs; none to find it by entropy.", 1e-9...1e6)
    public var temperature: Double? = nil
    /// The entropy that the policy should keep where the temperature is found, in nats; none for
    /// −(numbers in an action), or 0.98 log(actions) of several.
    @Setting("The entropy kept where the temperature is found, in nats; none for the usual.")
    public var entropy: Double? = nil
    /// The temperature at first, where it is found.
    @Setting("The temperature at first, where it is found.", 1e-9...1e6)
    public var initialTemperature = 1.0
    /// What actions are like beforehand.
    @Setting("What actions are like beforehand: " + PolicyPrior.grammar + ".")
    public var prior = PolicyPrior.lebesgue
    /// Which critic's value the policy is improved by.
    @Setting("Which critic's value the policy is improved by.")
    public var policyCritic = PolicyCritic.least
    /// Updates that a record tells of.
    @Setting("Updates that a record tells of.", 1...10_000_000)
    public var reportEvery = 500
    /// The networks of policy and critics.
    public var networks = SACSettings.standardNetworks

    private static let standardNetworks: PolicySettings = {
        var networks = PolicySettings()
        networks.units = [256, 256]
        networks.activation = .relu
        return networks
    }()

    /// The settings of the paper.
    public init() {}

    /// A sequence must be longer than what fills the memory.
    public func validate() throws {
        if burnIn >= window {
            throw ConfigurationError.outOfRange(
                key: "burnIn", value: "\(burnIn)", allowed: "less than window, \(window)")
        }
    }
}
