import OptimistCore
import OptimistInference

/// What the options of an `IntrinsicControl` are.
public enum IntrinsicControlForm: String, SettingValue, CaseIterable {
    /// Numbers, each with a policy of its own.
    case explicit
    /// The action sequences themselves. Biased where transitions are not certain.
    case implicit
}

/// The settings of `IntrinsicControl`.
public struct IntrinsicControlSettings: AgentSettings {
    /// What options are.
    @Setting("What options are: numbers with policies, or the action sequences themselves.")
    public var form = IntrinsicControlForm.explicit
    /// The number of options.
    @Setting(
        "The number of explicit options; twice the states within reach is a good one.", 1...10_000)
    public var options = 26
    /// The steps of an option.
    @Setting("The steps of an option.", 1...10_000) public var horizon = 2
    /// The step size of the logits of p(o | s_0).
    @Setting("The step size of the logits of p(o | s_0); 0 keeps it uniform.", 0.0...100)
    public var optionRate = 0.02
    /// The step size of the reverse model's logits.
    @Setting(
        "The step size of the reverse model's logits; none for 0.3, implicit 0.05.", 1e-9...100)
    public var reverseRate: Double? = nil
    /// The step size of policies.
    @Setting("The step size of policies; none for 0.3, implicit 0.02.", 1e-9...100)
    public var policyRate: Double? = nil
    /// The share of random choices of explicit options.
    @Setting("The share of random choices of explicit options.", 0.0...1) public var exploration =
        0.05
    /// The step size of V(s_0).
    @Setting("The step size of the baseline V(s_0).", 0.0...1) public var baselineRate = 0.05
    /// Options between records.
    @Setting("Options between records.", 2...1_000_000_000) public var reportEvery = 500

    /// The default settings.
    public init() {}

    var explicit: VariationalIntrinsicControl.Settings {
        .init(
            options: options, horizon: horizon, optionRate: optionRate,
            reverseModel: .gradient(rate: reverseRate ?? 0.3),
            policy: .qLearning(rate: policyRate ?? 0.3, exploration: exploration),
            baselineRate: baselineRate)
    }

    var implicit: ImplicitIntrinsicControl.Settings {
        .init(
            horizon: horizon, policyRate: policyRate ?? 0.02,
            reverseModel: .gradient(rate: reverseRate ?? 0.05), baselineRate: baselineRate)
    }

    /// Refuses steps of Q-learning that overshoot.
    public func validate() throws {
        if form == .explicit, (policyRate ?? 0) > 1 {
            throw ConfigurationError.outOfRange(
                key: "policyRate", value: "\(policyRate!)",
                allowed: "at most 1 for explicit options")
        }
    }
}
