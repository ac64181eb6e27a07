import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Trust region policy optimization (Schulman et al. 2015, arXiv 1502.05477), and with `searches`
/// off the natural policy gradient (Kakade 2002).
///
/// As inference: the policy that acted is the prior of the next one. In place of a price of the
/// divergence from it there is a limit, whose multiplier is that price: α = √(2 δ / gᵀ F⁻¹ g).
public final class TRPO: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: TRPOSettings
    /// Where it acts.
    public let world: World
    /// Policy and value.
    public let networks: ActorCritic
    private let learner: TrustRegionLearner
    private let valueFit: ValueFit

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public init(_ settings: TRPOSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, prior: settings.consistency.prior, world: world,
            algorithm: "trpo", using: &generator)
        learner = TrustRegionLearner(networks, settings.region, settings.consistency)
        valueFit = ValueFit(networks.critic, settings.value)
    }

    /// The last steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// One step of the policy, then its value is fitted.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        try [learn(from: rollout(of: material), using: &generator)]
    }

    /// The same with a rollout whose rewards may be others than the environment's.
    package func learn(
        from rollout: Rollout, using generator: inout Generator
    ) throws -> Record {
        var returns = rollout.returns(settings.returns, settings.consistency)
        if settings.standardizesAdvantages {
            returns.advantages = returns.advantages.standardized(where: rollout.batch.valid)
        }
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets)
        let first = rows.all
        let outcome = try learner.step { networks.memory == nil ? first : rows.all }
        let error = try valueFit.fit(first, using: &generator)
        networks.observe(rollout.batch)
        return PolicyReport(settings.consistency).record(
            of: rollout,
            [
                Metric("loss.value", error), Metric("gradient.norm", outcome.gradientNorm),
                Metric("policy.change", outcome.divergence),
                Metric("policy.improvement", outcome.improvement),
                Metric("policy.fraction", outcome.fraction),
            ])
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: settings.consistency.terms,
            prior: "the policy that acted, and \(settings.consistency.prior.rawValue)",
            priorStatus: .learned, remembers: networks.memory != nil,
            action: settings.region.searches
                ? "amortized: natural gradient steps within a trust region"
                : "amortized: natural gradient steps")
    }

    /// Writes the value's optimizer.
    public func saveProgress(to archive: Archive) throws {
        valueFit.save(to: archive.scope("value"))
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try valueFit.load(from: archive.scope("value"))
    }
}
