import OptimistCore
import OptimistModels

/// The settings of `AWR`.
public struct AWRSettings: AgentSettings {
    /// Steps between rounds of updates, summed over environments.
    @Setting("Steps between rounds of updates.", 1...10_000_000)
    public var every = 2_048
    /// The newest steps that are learned from, of policies past and present.
    @Setting("The newest steps that are learned from.", 1...100_000_000)
    public var window = 50_000
    /// Steps of the value's optimizer in a round.
    @Setting("Steps of the value's optimizer in a round.", 1...1_000_000)
    public var valueSteps = 200
    /// Steps of the policy's optimizer in a round.
    @Setting("Steps of the policy's optimizer in a round.", 1...1_000_000)
    public var policySteps = 1_000
    /// Rows of a step of either.
    @Setting("Rows of a step of either.", 1...1_000_000)
    public var minibatch = 256
    /// τ: how much better an action must be to count e times as much.
    @Setting("The advantage at which an action counts e times as much.", 1e-9...1e9)
    public var temperature = 1.0
    /// The largest weight of an action.
    @Setting("The largest weight of an action.", 1e-6...1e9)
    public var largestWeight = 20.0
    /// Whether advantages are standardized, as the paper's program does; the temperature then loses
    /// its unit.
    @Setting("Whether advantages are standardized; the temperature then loses its unit.")
    public var standardizesAdvantages = true
    /// Whether a Gaussian's deviations are learned; the paper's are fixed.
    @Setting("Whether deviations of continuous actions are learned.")
    public var learnsDeviation = false
    /// The size of a step of Adam for the policy.
    @Setting("The size of a step of Adam for the policy.", 1e-9...1)
    public var policyLearningRate = 3e-4
    /// The size of a step of Adam for the value.
    @Setting("The size of a step of Adam for the value.", 1e-9...1)
    public var valueLearningRate = 1e-3
    /// What rewards are summed into.
    public var returns = ReturnSettings()
    /// The networks.
    public var networks = AWRSettings.standardNetworks

    private static let standardNetworks: PolicySettings = {
        var networks = PolicySettings()
        networks.initialDeviation = 0.4
        return networks
    }()

    /// The settings of the paper where they suit classic control.
    public init() {}
}
