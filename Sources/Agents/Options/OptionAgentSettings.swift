import OptimistCore
import OptimistModels
import OptimistTorch

/// How an `OptionAgent` estimates the gradient of its bound.
public enum OptionGradientEstimator: String, SettingValue, CaseIterable {
    /// Options are summed out by the filter: the score of log q(a_t | h_t) meets the reward-to-go
    /// of α r − log q(a | h) / p. No reverse model is needed, and none could do better.
    case collapsed
    /// Scores of sampled options and actions meet what each is credited with.
    case reinforce
    /// As `reinforce`, with the expectation over options under learned values in place of the
    /// sampled option's score.
    case enumerateOption = "enumerate-option"
    /// Options are relaxed by Gumbel noise, and gradients pass through them. Biased.
    case gumbel
}

/// The settings of `OptionAgent`.
public struct OptionAgentSettings: AgentSettings {
    /// K.
    @Setting("The number of options.", 1...64) public var options = 4
    /// How gradients are estimated.
    @Setting("How gradients are estimated.") public var estimator = OptionGradientEstimator
        .collapsed
    /// The reverse model; the collapsed estimator does without.
    @Setting("The reverse model where options are sampled: " + OptionReverse.grammar + ".")
    public var reverse = OptionReverse.forward
    /// α, nats per unit of reward.
    @Setting("Nats per unit of reward.", 1e-6...1e9) public var rewardScale = 10.0
    /// What actions are like beforehand.
    @Setting("What actions are like beforehand: " + PolicyPrior.grammar + ".")
    public var prior = PolicyPrior.uniform
    /// η.
    @Setting("What the end of an option costs, in nats.", 0.0...1e6) public var deliberationCost =
        0.0
    /// Episodes of an update.
    @Setting("Episodes of an update.", 1...100_000) public var episodes = 16
    /// γ; with 1 the time limit is the end of the task.
    @Setting("The discount of a step; 1 where the time limit ends the task.", 0.0...1)
    public var discount = 0.99
    /// λ of the advantages of the collapsed estimator.
    @Setting("The mixing weight of advantages, lambda, of the collapsed estimator.", 0.0...1)
    public var lambda = 0.95
    /// The size of a step of policies and selection.
    @Setting("The size of a step of Adam.", 1e-9...1) public var learningRate = 1e-3
    /// Updates over which the size falls to a twentieth; nil for a constant one.
    @Setting("Updates over which that falls to a twentieth; none for never.", 1...1_000_000_000)
    public var annealedOver: Int? = nil
    /// The size of a step of the reverse model.
    @Setting("The size of a step of the reverse model.", 1e-9...1) public var reverseRate = 1e-3
    /// Steps of the reverse model for each step of the policy.
    @Setting("Steps of the reverse model before each step of the policy.", 1...1000)
    public var reverseSteps = 5
    /// The size of a step of the values.
    @Setting("The size of a step of the values.", 1e-9...1) public var valueRate = 1e-3
    /// Steps of the values for each step of the policy.
    @Setting("Steps of the values for each step of the policy.", 1...1000) public var valueSteps =
        10
    /// Gradients of a greater global norm are scaled down to it.
    @Setting(
        "Gradients of a greater global norm are scaled down to it; none for never.", 1e-6...1e9)
    public var clippingNorm: Double? = nil
    /// Widths of hidden layers; empty for tables where observations are discrete.
    @Setting("Widths of the hidden layers; empty for linear ones.", 1...8192)
    public var units = [64, 64]
    /// Between layers.
    @Setting("Between layers: relu, tanh, silu, elu, sigmoid or identity.")
    public var activation = Activation.tanh
    /// The deviation of continuous actions at first.
    @Setting("The deviation of continuous actions at first.", 1e-6...1e3)
    public var initialDeviation = 1.0
    /// How different options are at first.
    @Setting(
        "The gain of the last layer of policies at first: equal options stay equal.", 0.0...100)
    public var spread = 0.5
    /// The first logit of c(s, o′).
    @Setting("The logit of an option's continuation at first.", -50.0...50)
    public var continuation = 2.0
    /// Whether observations are standardized by what was seen.
    @Setting("Whether observations are standardized by what was seen.")
    public var standardizesObservations = false
    /// The temperature of relaxed options at first and in the end.
    @Setting("The temperature of relaxed options at first.", 1e-3...1e3) public var hottest = 1.0
    /// The temperature of relaxed options in the end.
    @Setting("The temperature of relaxed options in the end.", 1e-3...1e3) public var coldest = 0.3
    /// Updates over which the temperature falls.
    @Setting("Updates over which the temperature of relaxed options falls.", 1...1_000_000_000)
    public var coolingUpdates = 500
    /// Whether relaxed options act as hard ones.
    @Setting("Whether relaxed options act as hard ones; gradients pass as if they were soft.")
    public var straightThrough = true

    /// The default settings.
    public init() {}

    /// Refuses combinations that have no meaning.
    public func validate() throws {
        if activation == .gelu || activation == .softplus {
            throw ConfigurationError.outOfRange(
                key: "activation", value: activation.rawValue,
                allowed: "relu, tanh, silu, elu, sigmoid or identity")
        }
        if estimator != .collapsed && discount < 1 && reverse.reachesAll {
            throw ConfigurationError.inconsistent(
                "a reverse model that is \(reverse.rawValue) credits decisions with all earlier "
                    + "factors, which cannot be discounted: give the discount 1, or the reverse "
                    + "model forward, filtered, window:STEPS or none")
        }
        if estimator == .gumbel && (reverse == .exact || reverse == .filtered) {
            throw ConfigurationError.inconsistent(
                "relaxed options have no exact filter: give the reverse model forward, backward, "
                    + "window:STEPS or none, or the estimator collapsed")
        }
    }
}
