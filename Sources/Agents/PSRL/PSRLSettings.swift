import OptimistCore
import OptimistInference

/// How rewards of a bandit's arms are believed to be spread.
public enum ArmLikelihood: String, SettingValue, CaseIterable {
    /// Normal around a mean with a normal law.
    case gaussian
    /// 0 or 1, the probability of 1 with a beta law.
    case bernoulli
}

/// The settings of `PSRL`.
public struct PSRLSettings: AgentSettings {
    /// Steps of a plan; a new model is drawn after them.
    @Setting("Steps that a drawn model is followed for, the horizon of its plan.", 1...100_000)
    public var horizon = 20
    /// The prior's count of every successor.
    @Setting("The prior's count of every successor.", 1e-9...1e9)
    public var transitionConcentration = 1.0
    /// The prior's mean of mean rewards.
    @Setting("The prior's mean of mean rewards.", -1e9...1e9) public var rewardMean = 0.0
    /// The prior's precision of mean rewards.
    @Setting("The prior's precision of mean rewards.", 1e-9...1e9) public var rewardPrecision = 1.0
    /// The precision of a reward around its mean.
    @Setting("The precision of a reward around its mean.", 1e-9...1e9)
    public var noisePrecision = 1.0
    /// Whether episodes may end by themselves: one more outcome of every action.
    @Setting("Whether episodes may end by themselves, one more outcome of every action.")
    public var endsEpisodes = false
    /// α of soft plans; nil for the best ones.
    @Setting("Nats per unit of reward of soft plans; none for hard ones.", 1e-6...1e9)
    public var rewardScale: Double? = nil
    /// How rewards are spread where there is one state.
    @Setting("How rewards are spread where there is but one state: a bandit.")
    public var arms = ArmLikelihood.gaussian

    /// The settings of Osband's TabulaRL.
    public init() {}

    var prior: TabularPosterior.Prior {
        TabularPosterior.Prior(
            transitionConcentration: transitionConcentration, rewardMean: rewardMean,
            rewardPrecision: rewardPrecision, noisePrecision: noisePrecision)
    }

    var banditPrior: ThompsonBandit.Prior {
        switch arms {
        case .gaussian:
            .gaussian(
                mean: rewardMean, precision: rewardPrecision, noisePrecision: noisePrecision)
        case .bernoulli:
            .beta(successes: transitionConcentration, failures: transitionConcentration)
        }
    }
}
