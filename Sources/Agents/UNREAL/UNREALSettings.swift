import OptimistCore
import OptimistModels

/// What a representation is asked for beside policy and value.
public struct AuxiliarySettings: Configuration {
    /// The weight of learning to change what is seen; 0 for none.
    @Setting("The weight of learning to change what is seen; 0 for none.", 0.0...1e3)
    public var controlWeight = 0.05
    /// The discount of changes.
    @Setting("The discount of changes.", 0.0...1)
    public var controlDiscount = 0.9
    /// Pixels a side of the cells whose change counts, for pictures.
    @Setting("Pixels a side of the cells whose change counts, for pictures.", 1...256)
    public var cell = 4
    /// Pixels a side of the middle of a picture that is looked at.
    @Setting("Pixels a side of the middle of a picture that is looked at.", 1...4096)
    public var crop = 80
    /// The weight of predicting the next reward's sign; 0 for none.
    @Setting("The weight of predicting the next reward's sign; 0 for none.", 0.0...1e3)
    public var rewardWeight = 1.0
    /// Observations that a prediction is made from.
    @Setting("Observations that the next reward is predicted from.", 1...1_000)
    public var rewardFrames = 3
    /// Predictions in an update, half of them before a reward.
    @Setting("Predictions of rewards in an update, half of them before a reward.", 2...1_000_000)
    public var rewardRows = 32
    /// The weight of values of what is remembered; 0 for none.
    @Setting("The weight of values of replayed steps; 0 for none.", 0.0...1e3)
    public var valueWeight = 1.0
    /// The newest steps that are kept, all environments together.
    @Setting("The newest steps that are replayed, all environments together.", 1...100_000_000)
    public var capacity = 2_000

    /// The settings of classic control.
    public init() {}
}

/// The settings of `UNREAL`.
public struct UNREALSettings: ActorCriticSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 20
    /// The weight of the value's loss beside the policy's.
    @Setting("The weight of the value's loss beside the policy's.", 0.0...1e3)
    public var valueWeight = 0.5
    /// What rewards are summed into: λ 1 for n-step returns.
    public var returns = ReturnSettings(lambda: 1)
    /// What actions cost.
    public var consistency = ConsistencySettings(temperature: 0.01, gradient: .instantaneous)
    /// How the networks are trained, by RMSProp.
    public var descent = DescentSettings()
    /// The networks: the memory is what all tasks share.
    public var networks: PolicySettings
    /// What else is learned.
    public var tasks = AuxiliarySettings()

    /// The settings of classic control.
    public init() {
        networks = PolicySettings()
        networks.memory = 64
        networks.standardizesObservations = true
    }

    /// Further tasks share nothing with a policy that has no memory.
    public func validate() throws {
        let isOn = tasks.controlWeight > 0 || tasks.rewardWeight > 0 || tasks.valueWeight > 0
        if isOn && networks.memory == 0 {
            throw ConfigurationError.inconsistent(
                "networks.memory is 0: the auxiliary tasks share a memory with the policy; give it "
                    + "units, or set the weights of all tasks to 0")
        }
    }
}
