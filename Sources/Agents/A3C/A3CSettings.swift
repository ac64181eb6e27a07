import OptimistCore
import OptimistModels

/// The settings of `A3C`.
public struct A3CSettings: ActorCriticSettings {
    /// Whether copies of the environment wait for one another, which is A2C; otherwise each has a
    /// thread of its own.
    @Setting("Whether environments wait for one another (A2C); if not, each has its own thread.")
    public var synchronous = true
    /// Updates of each thread before all meet, and the run can be saved.
    @Setting("Updates of each thread before all meet, and the run can be saved.", 1...1_000_000)
    public var updates = 16
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 5
    /// The weight of the value's loss beside the policy's.
    @Setting("The weight of the value's loss beside the policy's.", 0.0...1e3)
    public var valueWeight = 0.5
    /// What rewards are summed into: λ 1 for n-step returns.
    public var returns = ReturnSettings(lambda: 1)
    /// What actions cost.
    public var consistency = ConsistencySettings(temperature: 0.01, gradient: .instantaneous)
    /// How the networks are trained, by RMSProp whose averages all threads share.
    public var descent = DescentSettings()
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of the paper's successors.
    public init() {}
}
