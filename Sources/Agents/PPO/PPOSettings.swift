import OptimistCore
import OptimistModels

/// How PPO keeps a policy near the one that acted.
public enum ProximalObjective: String, SettingValue, CaseIterable {
    /// Ratios of probabilities count only up to a distance from 1.
    case clip
    /// A divergence costs, at a price that follows how far the policy moves.
    case adaptive
    /// A divergence costs at a fixed price.
    case fixed
}

/// The settings of `PPO`.
public struct PPOSettings: AgentSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 128
    /// Passes over a rollout.
    @Setting("Passes over a rollout.", 1...1_000)
    public var epochs = 4
    /// Rows of a minibatch.
    @Setting("Rows of a minibatch.", 1...1_000_000)
    public var minibatch = 128
    /// What keeps the policy near the one that acted.
    @Setting("What keeps the policy near the one that acted.")
    public var objective = ProximalObjective.clip
    /// How far ratios count, for `clip`.
    @Setting("How far ratios of probabilities count, for clip.", 1e-3...1)
    public var clip = 0.2
    /// Reward that a nat of divergence from the policy that acted costs, for `adaptive` at first.
    @Setting(
        "What a nat of divergence from the acting policy costs, for adaptive at first.", 0.0...)
    public var penalty = 1.0
    /// The divergence aimed at by `adaptive`; for all, an epoch that goes half as far again is the
    /// last; none for no limit.
    @Setting("Divergence aimed at by adaptive, and beyond which epochs end, in nats.", 1e-6...1e3)
    public var divergenceLimit: Double? = nil
    /// Whether values, too, count only so far from what they were, `clip`.
    @Setting("Whether values, too, count only so far from what they were.")
    public var clipsValues = false
    /// The weight of the value's loss beside the policy's.
    @Setting("The weight of the value's loss beside the policy's.", 0.0...1e3)
    public var valueWeight = 0.5
    /// What rewards are summed into.
    public var returns = ReturnSettings()
    /// What actions cost, beside what keeps the policy near the one that acted.
    public var consistency = ConsistencySettings(temperature: 0.01, gradient: .instantaneous)
    /// How the networks are trained, by Adam; advantages are standardized in each minibatch. The clip
    /// is annealed with the learning rate.
    public var descent = DescentSettings(learningRate: 2.5e-4, standardizesAdvantages: true)
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of classic control.
    public init() {}

    /// Refuses a price that stays 0 however it is adapted.
    public func validate() throws {
        if objective == .adaptive, penalty == 0 {
            throw ConfigurationError.inconsistent(
                "penalty is 0, and adaptive doubles or halves it: give a number above 0")
        }
    }
}
