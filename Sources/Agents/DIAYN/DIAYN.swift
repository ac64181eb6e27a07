import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Diversity is all you need: skills that states tell apart (Eysenbach et al. 2018, arXiv
/// 1802.06070).
///
/// As inference: an option z, drawn once for an episode from a uniform prior that stays, with the
/// reverse model q(z | s′); what its reward would be is what the reverse model gains over the prior.
/// The bound is I(S; Z) and the policy's entropy. The environment's reward is not used.
public final class DIAYN: Agent {
    /// The algorithm's settings.
    public let settings: DIAYNSettings
    private let world: World
    private let kind: ActionKind
    private let learner: SoftLearner
    private let discriminator: SkillDiscriminator
    private var encoder: ObservationEncoder
    private var progress = SoftProgress()
    private var skillProgress = SkillProgress()
    private var updates = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a bounded box,
    ///   or a prior that does not suit them.
    public init(_ settings: DIAYNSettings, world: World, using generator: inout Generator) throws {
        guard let kind = ActionKind(world.actionSpace),
            kind.isDiscrete || world.actionSpace.isBounded
        else {
            throw AgentError.unsuitable(
                algorithm: "diayn", world: world.name,
                reason: "its policy is over one choice or a bounded box, and actions are "
                    + world.actionSpace.kindInWords)
        }
        try requireSuitable(settings.soft.prior, kind, world: world, algorithm: "diayn")
        self.settings = settings
        self.world = world
        self.kind = kind
        encoder = ObservationEncoder(
            world.observationSpace,
            isStandardizing: settings.soft.networks.standardizesObservations)
        learner = SoftLearner(
            settings.soft, kind: kind, observation: encoder.width + settings.skills,
            using: &generator)
        discriminator = SkillDiscriminator(
            features: encoder.width, skills: settings.skills, units: settings.discriminatorUnits,
            learningRate: settings.discriminatorRate, using: &generator)
    }

    /// Transitions from the replay.
    public var diet: Diet {
        .replay(
            batch: settings.soft.batch, window: 1, every: settings.soft.every,
            updates: settings.soft.updates)
    }

    /// The first skill for all; episodes draw theirs when they start.
    public func carry(for environments: Int) -> SkillCarry {
        SkillCarry(skills: Array(repeating: 0, count: environments))
    }

    /// Draws from the policy of each episode's skill; at random before the first update. In the
    /// deterministic mode environment i shows skill i, and starts over after the last.
    public func act(
        on arrival: Arrival, carrying carry: inout SkillCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        for index in carry.skills.indices where arrival.isFirst[index] {
            carry.skills[index] =
                mode == .deterministic
                ? index % settings.skills : generator.integer(below: settings.skills)
        }
        let column = (name: Self.skillColumn, rows: carry.skills.map { [Float($0)] })
        guard updates > 0 else {
            return Action(
                values: kind.randomValues(arrival.count, using: &generator), columns: [column])
        }
        let features = features(encoder(arrival.observations), Tensor(carry.skills))
        let law = learner.policy.predict(features)
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        return Action(values: ActionLaw.values(actions), columns: [column])
    }

    private static let skillColumn = "skill"

    /// What policy and critics read: the state beside the skill.
    private func features(_ encoded: Tensor, _ skills: Tensor) -> Tensor {
        Tensor.concatenated([encoded, skills.oneHot(classes: settings.skills)], axis: 1)
    }

    /// A round of updates; a record now and then.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else { fail("DIAYN.learn", "not fed the replay") }
        if updates == 0 { encoder.observe(replay.allTransitions().observations) }
        for _ in 0..<settings.soft.updates {
            try update(replay.sampleTransitions(settings.soft.batch), using: &generator)
            updates += 1
        }
        guard progress.count >= settings.soft.reportEvery else { return [] }
        defer { (progress, skillProgress) = (SoftProgress(), SkillProgress()) }
        var record = progress.record(prior: settings.soft.prior, kind: kind)
        record.metrics += skillProgress.metrics
        return [record]
    }

    /// Rewards as the discriminator sees them now, a step of soft actor-critic with them, and a
    /// step of the discriminator on the same rows.
    private func update(_ batch: Batch, using generator: inout Generator) throws {
        let plain = ReplayedRows(batch, encoder)
        let skills = batch.columns[Self.skillColumn]!.reshaped([-1]).to(.int64)
        let table = discriminator.logProbabilities(plain.nextFeatures)
        let rewards = SkillDiscriminator.reward(table, chosen: skills)
        let rows = SoftRows(
            features: features(plain.features, skills), actions: plain.actions, rewards: rewards,
            nextFeatures: features(plain.nextFeatures, skills), continuation: plain.continuation)
        let (error, densities, price) = try learner.update(rows, using: &generator)
        progress.add(rewards, criticLoss: error, logDensities: densities, temperature: price)
        let loss = discriminator.fit(plain.nextFeatures, chosen: skills)
        try requireFinite(loss, "discriminator's loss", "of DIAYN")
        let isRight = table.argmax(axis: 1) .== skills
        skillProgress.add(
            loss: loss, information: rewards.mean().item(),
            accuracy: isRight.to(.float32).mean().item())
    }

    /// log q(z | s) of every skill in nats, `[rows, skills]`, of observations
    /// `[rows, observation...]`.
    public func skillLogProbabilities(_ observations: Tensor) -> Tensor {
        discriminator.logProbabilities(encoder(observations))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var specification = policySpecification(
            world: world, terms: [.reward, .actionConsistency],
            prior: settings.soft.prior.rawValue, remembers: false,
            action: "amortized: fitted to prior times exp(Q/τ), given the episode's skill")
        specification.joint += [
            Factor("p(z)", of: "z", given: [], .assumed, role: "uniform skills"),
            Factor("q(z|s')", of: "z", given: ["s'"], .learned, role: "the reverse model"),
        ]
        specification.posterior.append(
            Factor("p(z)", of: "z", given: [], .assumed, role: "a skill for each episode"))
        return specification
    }

    /// Writes networks, optimizers, statistics and counts.
    public func save(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        discriminator.save(to: archive.scope("discriminator"))
        encoder.save(to: archive.scope("encoder"))
        progress.save(to: archive.scope("progress"))
        archive.store(skillProgress, as: "skillProgress")
        archive.store(updates, as: "updates")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try discriminator.load(from: archive.scope("discriminator"))
        try encoder.load(from: archive.scope("encoder"))
        try progress.load(from: archive.scope("progress"))
        skillProgress = try archive.value("skillProgress")
        updates = try archive.value("updates")
    }
}
