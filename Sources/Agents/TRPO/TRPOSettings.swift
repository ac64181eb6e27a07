import OptimistCore
import OptimistModels

/// How far a policy goes in a step, and how the step is found.
public struct TrustRegionSettings: Configuration {
    /// The most that the mean of KL(old ‖ new) over states may be, in nats.
    @Setting("The most divergence of an update from the policy that acted, in nats.", 1e-9...1e3)
    public var maximumDivergence = 0.01
    /// Added to the diagonal of the Fisher information.
    @Setting("Added to the diagonal of the Fisher information.", 0.0...1e3)
    public var damping = 0.1
    /// Products with the Fisher information, at most.
    @Setting("Products with the Fisher information, at most.", 1...10_000)
    public var conjugateIterations = 10
    /// Conjugate gradients stop once the residual's norm is at most this.
    @Setting("Conjugate gradients stop at this norm of the residual.", 0.0...1e3)
    public var conjugateTolerance = 1e-5
    /// The Fisher information is that of one row in so many.
    @Setting("The Fisher information is that of one row in so many.", 1...1_000)
    public var fisherStride = 1
    /// Whether a step that is too far or no improvement is shortened: without it this is the
    /// natural policy gradient.
    @Setting("Whether steps are checked and shortened; without it, natural policy gradient.")
    public var searches = true
    /// How often a step is shortened at most.
    @Setting("How often a step is tried at most.", 1...1_000)
    public var attempts = 10
    /// What a refused step is shortened by.
    @Setting("What a refused step is shortened by.", 1e-6...0.999999)
    public var shrinkage = 0.8

    /// The settings of the paper's programs.
    public init() {}
}

/// The settings of `TRPO`.
public struct TRPOSettings: AgentSettings {
    /// Steps of each environment between updates.
    @Setting("Steps of each environment between updates.", 1...1_000_000)
    public var steps = 512
    /// How far a policy goes.
    public var region = TrustRegionSettings()
    /// What rewards are summed into.
    public var returns = ReturnSettings(lambda: 0.98)
    /// What actions cost, beside what keeps the policy near the one that acted.
    public var consistency = ConsistencySettings()
    /// Whether advantages of an update are standardized; the temperature then loses its unit.
    @Setting("Whether advantages of an update are standardized.")
    public var standardizesAdvantages = true
    /// How the value is fitted.
    public var value = ValueFitSettings()
    /// The networks.
    public var networks = PolicySettings()

    /// The settings of classic control.
    public init() {}
}
