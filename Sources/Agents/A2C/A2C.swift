import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Advantage actor-critic (Mnih et al. 2016, arXiv 1602.01783, with environments in step).
///
/// As inference: ascent of the bound L = E[Σ r / τ − KL(π ‖ p)] in the policy, with dynamics that
/// prior and posterior share, so that they cancel. Steps are sampled from the posterior, which is
/// the expectation; a step of the optimizer is the maximization (stochastic EM).
public final class A2C: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: A2CSettings
    /// Where it acts.
    public let world: World
    /// Policy and value.
    public let networks: ActorCritic
    private let learner: FusedLearner
    /// Steps learned from.
    var steps = 0

    /// An actor-critic that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public convenience init(
        _ settings: A2CSettings, world: World, using generator: inout Generator
    ) throws {
        try self.init(settings, world: world, optimizer: nil, using: &generator)
    }

    /// The same with an optimizer other than RMSProp of its own.
    init(
        _ settings: A2CSettings, world: World, optimizer: (([NamedTensor]) -> any Optimizer)?,
        using generator: inout Generator
    ) throws {
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, prior: settings.consistency.prior, world: world, algorithm: "a2c",
            using: &generator)
        let descent = settings.descent
        learner =
            if let optimizer {
                networks.learner(clippingNorm: descent.clippingNorm, optimizer: optimizer)
            } else {
                networks.learner(
                    learningRate: descent.learningRate, method: .rmsProp(),
                    clippingNorm: descent.clippingNorm)
            }
    }

    /// The last few steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// One step of the optimizer on a rollout.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        let rollout = rollout(of: material)
        let returns = rollout.returns(settings.returns, settings.consistency)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets)
        learner.learningRate = settings.descent.learningRate(after: steps)
        let done = try networks.descend(settings.loss, rows.all, by: learner)
        steps += rows.count
        networks.observe(rollout.batch)
        let metrics = [
            Metric("loss.value", done.valueLoss), Metric("gradient.norm", done.norm),
            PolicyReport.change(since: rollout, by: networks),
        ]
        return [PolicyReport(settings.consistency).record(of: rollout, metrics)]
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: settings.consistency.terms,
            prior: settings.consistency.prior.rawValue,
            remembers: networks.memory != nil,
            action: "amortized: steps of stochastic gradient ascent")
    }

    /// Writes optimizer and count.
    public func saveProgress(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        archive.store(steps, as: "steps")
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        steps = try archive.value("steps")
    }
}
