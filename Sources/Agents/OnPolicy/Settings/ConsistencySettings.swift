import OptimistCore
import OptimistModels

/// Which gradient of the bound by a policy is followed.
public enum EntropyGradient: String, SettingValue, CaseIterable {
    /// The whole one: log π/p of every action is taken off the reward that it brings.
    case exact
    /// The whole one with less noise: the divergence in place of log π/p, and its own gradient at
    /// each step.
    case analyticEntropy
    /// The divergence enters at its own step alone, by its gradient: what published programs do.
    /// It is biased wherever an action decides how random later ones should be.
    case instantaneous
}

/// The bound's action consistency: what it costs a policy to leave what actions are like beforehand.
public struct ConsistencySettings: Configuration {
    /// τ, reward that a nat of divergence from the prior costs; 0 for plain reward.
    @Setting("The temperature: reward that a nat of divergence from the prior costs.", 0.0...1e6)
    public var temperature = 0.0
    /// Which gradient of the divergence from the prior is followed.
    @Setting("Which gradient of the divergence from the prior is followed.")
    public var gradient = EntropyGradient.exact
    /// What actions are like beforehand.
    @Setting("What actions are like beforehand: " + PolicyPrior.grammar + ".")
    public var prior = PolicyPrior.uniform

    /// Actions cost nothing.
    public init() {}

    /// Others than the usual ones.
    package init(
        temperature: Double, gradient: EntropyGradient = .exact, prior: PolicyPrior = .uniform
    ) {
        self.temperature = temperature
        self.gradient = gradient
        self.prior = prior
    }

    /// What a nat of divergence costs in the loss itself, beside what rewards are softened by.
    package var price: Double { gradient == .exact ? 0 : temperature }

    /// Nats per unit of reward; nil where actions cost nothing, and the bound has no such term.
    var rewardScale: Double? { temperature > 0 ? 1 / temperature : nil }

    /// The terms of the bound.
    var terms: [BoundTerm] { temperature > 0 ? [.reward, .actionConsistency] : [.reward] }
}
