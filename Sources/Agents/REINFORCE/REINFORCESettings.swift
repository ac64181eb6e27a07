import OptimistCore
import OptimistModels

/// What is taken off the returns of `REINFORCE`.
public enum EpisodeBaseline: String, SettingValue, CaseIterable {
    /// Nothing.
    case none
    /// The mean return from the same step on of the other episodes of the batch.
    case batchMean
    /// A learned value of the state; λ below 1 mixes it in.
    case value
}

/// The settings of `REINFORCE`.
public struct REINFORCESettings: AgentSettings {
    /// Episodes of an update.
    @Setting("Episodes of an update.", 1...1_000_000)
    public var episodes = 10
    /// What is taken off returns.
    @Setting("What is taken off returns.")
    public var baseline = EpisodeBaseline.value
    /// Whether step t counts γ^t: the gradient of the discounted bound, which published programs
    /// leave out.
    @Setting("Whether the step t of an episode counts discount^t.")
    public var discountsSteps = false
    /// What rewards are summed into; λ plays a part with a learned value alone.
    public var returns = ReturnSettings(lambda: 0.97)
    /// What actions cost.
    public var consistency = ConsistencySettings()
    /// How the policy goes up, by Adam.
    public var descent = DescentSettings(
        learningRate: 3e-3, clippingNorm: 1e9, standardizesAdvantages: true)
    /// How the value is fitted.
    public var value = ValueFitSettings()
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of classic control.
    public init() {}
}
