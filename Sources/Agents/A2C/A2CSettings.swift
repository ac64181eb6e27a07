import OptimistCore
import OptimistModels

/// The settings of `A2C`.
public struct A2CSettings: ActorCriticSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 5
    /// The weight of the value's loss beside the policy's.
    @Setting("The weight of the value's loss beside the policy's.", 0.0...1e3)
    public var valueWeight = 0.5
    /// What rewards are summed into: λ 1 for n-step returns.
    public var returns = ReturnSettings(lambda: 1)
    /// What actions cost.
    public var consistency = ConsistencySettings()
    /// How the networks are trained, by RMSProp.
    public var descent = DescentSettings()
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of the paper's successors.
    public init() {}
}
