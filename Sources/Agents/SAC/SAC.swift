import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Soft actor-critic (Haarnoja et al. 2018, arXiv 1812.05905).
///
/// As inference: the posterior over actions is prior times exp(Q/τ) by soft dynamic programming; a
/// policy that can be drawn from is fitted to it, KL(π ‖ p exp(Q/τ)/Z), and critics learn the soft
/// values of that policy from a replay. Dynamics are shared by prior and posterior, and cancel.
public final class SAC: Agent {
    /// The algorithm's settings.
    public let settings: SACSettings
    private let world: World
    private let kind: ActionKind
    private let learner: SoftLearner
    private var encoder: ObservationEncoder
    private var progress = SoftProgress()
    private var updates = 0

    /// A soft actor-critic that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a bounded box,
    ///   or a prior that does not suit them.
    public init(_ settings: SACSettings, world: World, using generator: inout Generator) throws {
        guard let kind = ActionKind(world.actionSpace),
            kind.isDiscrete || world.actionSpace.isBounded
        else {
            throw AgentError.unsuitable(
                algorithm: "sac", world: world.name,
                reason: "its policy is over one choice or a bounded box, and actions are "
                    + world.actionSpace.kindInWords)
        }
        try requireSuitable(settings.prior, kind, world: world, algorithm: "sac")
        self.settings = settings
        self.world = world
        self.kind = kind
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.networks.standardizesObservations)
        learner = SoftLearner(settings, kind: kind, features: encoder.width, using: &generator)
    }

    /// Transitions from the replay.
    public var diet: Diet {
        .replay(
            batch: settings.batch, window: 1, every: settings.every, updates: settings.updates)
    }

    /// Nothing.
    public func carry(for environments: Int) -> NoCarry { NoCarry() }

    /// Draws from the policy; at random before the first update.
    public func act(
        on arrival: Arrival, carrying carry: inout NoCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        guard updates > 0 else {
            return Action(values: kind.randomValues(arrival.count, using: &generator))
        }
        let law = learner.policy.predict(encoder(arrival.observations))
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        return Action(values: ActionLaw.values(actions))
    }

    /// A round of updates; a record now and then.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else { fail("SAC.learn", "not fed the replay") }
        if updates == 0 { encoder.observe(replay.allTransitions().observations) }
        for _ in 0..<settings.updates {
            let rows = TransitionRows(replay.sampleTransitions(settings.batch), encoder)
            try learner.update(rows, &progress, using: &generator)
            updates += 1
        }
        guard progress.count >= settings.reportEvery else { return [] }
        defer { progress = SoftProgress() }
        return [progress.record(prior: settings.prior, kind: kind)]
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward, .actionConsistency], prior: settings.prior.rawValue,
            remembers: false, action: "amortized: fitted to prior times exp(Q/τ)")
    }

    /// Writes networks, optimizers, statistics and counts.
    public func save(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        encoder.save(to: archive.scope("encoder"))
        progress.save(to: archive.scope("progress"))
        archive.store(updates, as: "updates")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try encoder.load(from: archive.scope("encoder"))
        try progress.load(from: archive.scope("progress"))
        updates = try archive.value("updates")
    }
}
