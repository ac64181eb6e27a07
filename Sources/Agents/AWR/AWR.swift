import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Advantage-weighted regression (Peng et al. 2019, arXiv 1910.00177).
///
/// As inference: what recent policies did is the prior μ. The posterior over actions within a
/// divergence of it is π* ∝ μ exp(A / τ), with A the advantage over what they brought, and the policy
/// is fitted to it by the likelihood of what was done, each action weighed by exp(A / τ).
public final class AWR: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: AWRSettings
    /// Where it acts.
    public let world: World
    /// Policy and value.
    public let networks: ActorCritic
    private let learner: FusedLearner
    private let valueTrainer: FusedTrainer
    /// Steps that the encoder has seen.
    private var observed = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has.
    public init(_ settings: AWRSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        self.world = world
        networks = try ActorCritic(
            settings.networks, world: world, algorithm: "awr", using: &generator)
        learner = FusedLearner(
            [networks.policy.network],
            others: (settings.learnsDeviation ? networks.policy.others : [])
                + (networks.memory?.parameters ?? []),
            learningRate: settings.policyLearningRate)
        valueTrainer = FusedTrainer(
            networks.critic, learningRate: settings.valueLearningRate)
    }

    /// Everything that was lived, now and then; the newest of it is learned from.
    public var diet: Diet { .all(every: settings.every, orEpisodeEnd: false) }

    /// A round: the value is fitted to what recent policies brought, the policy to what they did.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .all(let replay) = material else { fail("AWR.learn", "not fed the replay") }
        let batch = replay.rollout(since: max(0, replay.appended - settings.window))
        let valueLoss = try fitValue(Rollout(batch, networks), using: &generator)
        let rollout = Rollout(batch, networks)
        let (norm, weight) = try fitPolicy(rollout, using: &generator)
        if replay.appended > observed {
            networks.observe(replay.rollout(since: observed))
            observed = replay.appended
        }
        return [
            PolicyReport(.init()).record(
                of: rollout,
                [
                    Metric("loss.value", valueLoss), Metric("gradient.norm", norm),
                    Metric("policy.weight", weight),
                    PolicyReport.change(since: rollout, by: networks),
                ])
        ]
    }

    /// λ-returns of the values as they are, and steps of the value towards them; the mean loss.
    private func fitValue(
        _ rollout: Rollout, using generator: inout Generator
    ) throws -> Double {
        let returns = rollout.returns(settings.returns)
        let rows = rollout.rows(advantages: returns.advantages, targets: returns.targets)
        var sum = 0.0
        try rows.repeat(settings.valueSteps, size: settings.minibatch, using: &generator) {
            let step = valueTrainer.step(
                inputs: $0.features.detached(), targets: $0.targets.unsqueezed(axis: 1))
            try requireFinite(step.losses[0], "value's loss", "of AWR")
            sum += step.losses[0]
        }
        return sum / Double(settings.valueSteps)
    }

    /// Steps of the policy towards weighed actions; the mean norm of gradients and the mean weight.
    private func fitPolicy(
        _ rollout: Rollout, using generator: inout Generator
    ) throws -> (norm: Double, weight: Double) {
        let rows = rows(of: rollout)
        let loss = PolicyLoss(.logDensity)
        var norms = 0.0
        try rows.repeat(settings.policySteps, size: settings.minibatch, using: &generator) {
            norms += try networks.descend(loss, $0, by: learner).norm
        }
        return (norms / Double(settings.policySteps), rows.all.advantages.mean().item())
    }

    /// The steps of a rollout, whose weights min(exp(A / τ), largest) take the advantages' place.
    package func rows(of rollout: Rollout) -> PolicyRows {
        let returns = rollout.returns(settings.returns)
        let advantages =
            settings.standardizesAdvantages
            ? returns.advantages.standardized(where: rollout.batch.valid) : returns.advantages
        let weights = (advantages / settings.temperature).exp().minimum(settings.largestWeight)
        return rollout.rows(advantages: weights, targets: returns.targets)
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward], prior: "what recent policies did",
            priorStatus: .learned, remembers: networks.memory != nil,
            action: "amortized: fitted to recent actions, weighed by exp(A/τ)")
    }

    /// Writes optimizers and count.
    public func saveProgress(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        valueTrainer.save(to: archive.scope("value"))
        archive.store(observed, as: "observed")
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try valueTrainer.load(from: archive.scope("value"))
        observed = try archive.value("observed")
    }
}
