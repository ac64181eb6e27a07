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
public final class A2C: Agent {
    /// The algorithm's settings.
    public let settings: A2CSettings
    private let world: World
    private let networks: ActorCritic
    private let learner: FusedLearner

    /// An actor-critic that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public init(_ settings: A2CSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, world: world, algorithm: "a2c", using: &generator)
        try requireSuitable(settings.prior, networks.kind, world: world, algorithm: "a2c")
        learner = networks.learner(
            learningRate: settings.learningRate, method: .rmsProp(),
            clippingNorm: settings.clippingNorm)
    }

    /// The last few steps of every environment.
    public var diet: Diet { .rollouts(steps: settings.steps) }

    /// A memory's state, where there is one.
    public func carry(for environments: Int) -> PolicyCarry { networks.carry(for: environments) }

    /// Draws from the policy.
    public func act(
        on arrival: Arrival, carrying carry: inout PolicyCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        networks.act(on: arrival, carrying: &carry, mode: mode, using: &generator)
    }

    /// One step of the optimizer on a rollout.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .rollouts(let batch) = material else { fail("A2C.learn", "not fed rollouts") }
        let rollout = Rollout(batch, networks)
        let returns = rollout.returns(
            softening: settings.entropyGradient == .exact ? settings.temperature : 0,
            prior: settings.prior, discount: settings.discount, lambda: settings.lambda)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets).all
        let (norm, valueLoss) = step(on: rows)
        try requireFinite(norm, "gradient", "of A2C")
        networks.observe(batch)
        return [
            report.record(
                of: rollout, [Metric("loss.value", valueLoss), Metric("gradient.norm", norm)])
        ]
    }

    /// One step of the optimizer: the gradient's norm and the value's squared error.
    private func step(on rows: PolicyMinibatch) -> (norm: Double, valueLoss: Double) {
        let price = settings.entropyGradient == .instantaneous ? settings.temperature : 0
        guard price == 0 || settings.prior.isEntropy(networks.kind) else {
            return composedStep(on: rows, price: price)
        }
        let loss = FusedPolicyLoss(
            clip: nil, standardizesAdvantages: settings.standardizesAdvantages,
            entropyWeight: price, valueWeight: settings.valueWeight)
        let (norm, parts) = networks.descend(loss, rows, by: learner)
        return (norm, parts.valueLoss)
    }

    /// The same for a prior whose divergence is not minus the entropy.
    private func composedStep(
        on rows: PolicyMinibatch, price: Double
    ) -> (norm: Double, valueLoss: Double) {
        let advantages =
            settings.standardizesAdvantages ? rows.advantages.standardized : rows.advantages
        var valueLoss: Tensor!
        let norm = learner.minimize(rows.features) { outputs in
            let law = networks.policy.law(ofOutputs: outputs[0])
            valueLoss = (outputs[1].squeezed(axis: 1) - rows.targets).square().mean()
            let divergence = settings.prior.divergence(of: law, networks.kind)!
            return -(law.logDensity(rows.actions) * advantages).mean()
                + divergence.mean() * price + valueLoss * settings.valueWeight
        }
        return (norm, valueLoss.item())
    }

    private var report: PolicyReport {
        PolicyReport(
            rewardScale: settings.temperature > 0 ? 1 / settings.temperature : nil,
            prior: settings.prior)
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world,
            terms: settings.temperature > 0 ? [.reward, .actionConsistency] : [.reward],
            prior: settings.prior.rawValue, remembers: networks.memory != nil,
            action: "amortized: steps of stochastic gradient ascent")
    }

    /// Writes networks and optimizer.
    public func save(to archive: Archive) throws {
        networks.save(to: archive.scope("networks"))
        learner.save(to: archive.scope("learner"))
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try learner.load(from: archive.scope("learner"))
    }
}
