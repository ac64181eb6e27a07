import OptimistCore
import OptimistModels
import OptimistTorch

/// What a policy is rewarded with for being taken for an expert, of D, the probability of that.
public enum ImitationReward: String, SettingValue, CaseIterable {
    /// log D − log(1 − D), the log-ratio of densities itself; of either sign.
    case logit
    /// −log(1 − D), never negative: it pays for every step lived.
    case positive
    /// log D, never positive: it charges for every step lived.
    case negative

    /// The reward of a logit of D, in nats.
    package func callAsFunction(_ logits: Tensor) -> Tensor {
        switch self {
        case .logit: logits
        case .positive: logits.softplus()
        case .negative: -(-logits).softplus()
        }
    }
}

/// How experts are told from the policy.
public struct DiscriminatorSettings: Configuration {
    /// Widths of the hidden layers.
    @Setting("Widths of the discriminator's hidden layers.", 1...8192)
    public var units = [100, 100]
    /// The size of a step of Adam.
    @Setting("The size of a step of Adam for the discriminator.", 1e-9...1)
    public var learningRate = 3e-4
    /// Steps for each rollout.
    @Setting("Steps of the discriminator for each rollout.", 1...10_000)
    public var updates = 4
    /// Rows of each side in a step, drawn with replacement.
    @Setting("Rows of the expert and of the policy in a step of the discriminator.", 1...1_000_000)
    public var minibatch = 256
    /// What a nat of the discriminator's entropy is worth.
    @Setting("What a nat of the discriminator's entropy is worth.", 0.0...1e3)
    public var entropyWeight = 1e-3

    /// The settings of classic control.
    public init() {}
}

/// Where expert episodes come from.
public struct ExpertSettings: Configuration {
    /// `scripted`, or the path of an episode file or of a folder of them.
    @Setting("scripted, or the path of an episode file (.npz) or of a folder of such files.")
    public var source = "scripted"
    /// Episodes used.
    @Setting("Episodes of the expert.", 1...1_000_000)
    public var episodes = 10
    /// Steps of an episode of the scripted expert.
    @Setting("Steps of an episode of the scripted expert.", 1...1_000_000)
    public var steps = 200
    /// One step of an episode in so many is shown.
    @Setting("One step in so many of an expert's episode is shown.", 1...1_000_000)
    public var subsampling = 1

    /// Ten episodes of the scripted expert.
    public init() {}
}

/// The settings of `GAIL`.
public struct GAILSettings: AgentSettings {
    /// What the policy is rewarded with.
    @Setting("What the policy is rewarded with for being taken for the expert.")
    public var reward = ImitationReward.logit
    /// The expert.
    public var expert = ExpertSettings()
    /// How experts are told from the policy.
    public var discriminator = DiscriminatorSettings()
    /// How the policy learns from those rewards.
    public var policy = PPOSettings()

    /// The settings of classic control.
    public init() {
        policy.steps = 64
        policy.epochs = 10
        policy.minibatch = 256
        policy.descent.learningRate = 1e-3
        policy.returns = ReturnSettings(discount: 0.98, lambda: 0.9)
    }

    /// Refuses a memory: it would read the environment's rewards, which play no part in imitation.
    public func validate() throws {
        if policy.networks.memory > 0 {
            throw ConfigurationError.inconsistent(
                "a memory reads rewards, and the environment's play no part in imitation: leave "
                    + "policy.networks.memory 0")
        }
    }
}
