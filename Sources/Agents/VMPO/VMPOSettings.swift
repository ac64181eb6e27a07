import OptimistCore
import OptimistModels

/// The settings of `VMPO`.
public struct VMPOSettings: AgentSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 256
    /// Passes over a rollout.
    @Setting("Passes over a rollout.", 1...1_000)
    public var epochs = 10
    /// Rows of a minibatch.
    @Setting("Rows of a minibatch.", 2...1_000_000)
    public var minibatch = 256
    /// Which share of a minibatch is learned from, the better one.
    @Setting("Which share of a minibatch is learned from, the better one.", 1e-3...1)
    public var topShare = 0.5
    /// How far the weights may be from equal ones, in nats.
    @Setting("How far weights may be from equal ones, in nats.", 1e-6...1e3)
    public var weightDivergence = 0.1
    /// η at first, in the unit of advantages.
    @Setting("The temperature of the weights at first, in the unit of advantages.", 1e-6...1e6)
    public var initialTemperature = 1.0
    /// How far choices, or a Gaussian's means, may go in a rollout, in nats; for each number.
    @Setting("How far choices or means may go from the policy that acted, in nats.", 1e-9...1e3)
    public var policyDivergence = 0.01
    /// How far a Gaussian's deviations may go in a rollout, in nats; for each number.
    @Setting("How far deviations may go from the policy that acted, in nats.", 1e-9...1e3)
    public var deviationDivergence = 1e-4
    /// What a nat of divergence costs at first.
    @Setting("What a nat of divergence from the policy that acted costs at first.", 1e-6...1e9)
    public var initialMultiplier = 5.0
    /// The size of a step of Adam for temperature and prices.
    @Setting("The size of a step of Adam for temperature and prices.", 1e-9...1)
    public var dualLearningRate = 1e-2
    /// The weight of the value's loss beside the policy's.
    @Setting("The weight of the value's loss beside the policy's.", 0.0...1e3)
    public var valueWeight = 0.5
    /// What rewards are summed into.
    public var returns = ReturnSettings()
    /// How the networks are trained, by Adam.
    public var descent = DescentSettings(learningRate: 1e-3, standardizesAdvantages: true)
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of classic control.
    public init() {}
}
