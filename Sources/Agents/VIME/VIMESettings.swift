import OptimistCore
import OptimistModels

/// The settings of the dynamics whose uncertainty is explored.
public struct BayesianDynamicsSettings: Configuration {
    /// Widths of the hidden layers.
    @Setting("Widths of the hidden layers of the dynamics.", 1...8192)
    public var units = [32]
    /// The deviation of predicted changes around the output, in units of their deviation.
    @Setting(
        "The deviation of changes around their prediction, as a share of their own.", 1e-6...1e6)
    public var likelihoodDeviation = 0.5
    /// The deviation of weights beforehand.
    @Setting("The deviation of weights beforehand.", 1e-6...1e6)
    public var priorDeviation = 0.5
    /// The size of a step of Adam.
    @Setting("The size of a step of Adam for the dynamics.", 1e-9...1)
    public var learningRate = 1e-3
    /// Steps after each rollout.
    @Setting("Steps of the dynamics after each rollout.", 1...1_000_000)
    public var updates = 200
    /// Rows of a step.
    @Setting("Rows of a step of the dynamics.", 1...1_000_000)
    public var minibatch = 64
    /// The newest transitions that the dynamics are fitted to.
    @Setting("The newest transitions that the dynamics are fitted to.", 1...100_000_000)
    public var capacity = 100_000

    /// The settings of classic control.
    public init() {}
}

/// How information is paid for.
public struct BonusSettings: Configuration {
    /// Reward of as much information as usual.
    @Setting("Reward of as much information as is usual, eta.", 0.0...1e6)
    public var weight = 1e-3
    /// λ, the size of the Newton step whose divergence is the information.
    @Setting("The size of the Newton step whose divergence is the information.", 1e-9...1)
    public var stepSize = 0.01
    /// Draws of weights for the gradient.
    @Setting("Draws of weights for the gradient of a transition.", 1...10_000)
    public var samples = 10
    /// How the divergence is found.
    @Setting("Whether the step's divergence is found to second order or exactly.")
    public var form = InformationForm.secondOrder
    /// Rollouts whose medians say what is usual.
    @Setting("Rollouts whose medians say how much information is usual.", 1...10_000)
    public var medians = 10
    /// The most that the information of one transition counts, in nats.
    @Setting("The most that the information of a transition counts, in nats.", 0.0...)
    public var limit = 1_000.0

    /// The settings of classic control.
    public init() {}
}

/// The settings of `VIME`.
public struct VIMESettings: AgentSettings {
    /// How information is paid for.
    public var bonus = BonusSettings()
    /// The dynamics whose uncertainty is explored.
    public var dynamics = BayesianDynamicsSettings()
    /// How the policy learns from reward and information.
    public var policy = TRPOSettings()

    /// The settings of classic control.
    public init() {
        policy.networks.standardizesObservations = true
        policy.region.maximumDivergence = 0.03
    }
}
