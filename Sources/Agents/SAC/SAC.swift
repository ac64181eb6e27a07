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
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a row of
    ///   numbers, or a prior that does not suit them.
    public init(_ settings: SACSettings, world: World, using generator: inout Generator) throws {
        guard let kind = ActionKind(world.actionSpace) else {
            throw AgentError.unsuitable(
                algorithm: "sac", world: world.name,
                reason: "its policy is over one choice or a row of numbers, and actions are "
                    + world.actionSpace.kindInWords)
        }
        try requireSuitable(settings.prior, kind, world: world, algorithm: "sac")
        self.settings = settings
        self.world = world
        self.kind = kind
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.networks.standardizesObservations)
        learner = SoftLearner(settings, kind: kind, observation: encoder.width, using: &generator)
    }

    /// Transitions from the replay, or sequences of them for a memory.
    public var diet: Diet {
        .replay(
            batch: settings.batch, window: learner.memory == nil ? 1 : settings.window,
            every: settings.every, updates: settings.updates)
    }

    /// The policy's memory; nothing without one.
    public func carry(for environments: Int) -> PolicyCarry {
        PolicyCarry(of: learner.memory, environments: environments)
    }

    /// Draws from the policy; at random before the first update.
    public func act(
        on arrival: Arrival, carrying carry: inout PolicyCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        let features = carry.features(of: arrival, encoder, learner.memory)
        let actions = actions(features, arrival.count, mode, using: &generator)
        carry.remember(actions, kind)
        return Action(values: ActionLaw.values(actions))
    }

    private func actions(
        _ features: Tensor, _ count: Int, _ mode: ActingMode, using generator: inout Generator
    ) -> Tensor {
        if updates == 0 { return kind.randomActions(count, using: &generator) }
        let law = learner.policy.predict(features)
        return mode == .deterministic ? law.best : law.sample(using: &generator)
    }

    /// A round of updates; a record now and then.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else { fail("SAC.learn", "not fed the replay") }
        if updates == 0 { encoder.observe(replay.allTransitions().observations) }
        for _ in 0..<settings.updates {
            let rows = learner.rows(from: replay, encoder)
            let (error, densities, price) = try learner.update(rows, using: &generator)
            progress.add(
                rows.rewards, criticLoss: error, logDensities: densities, temperature: price)
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
            remembers: learner.memory != nil, action: "amortized: fitted to prior times exp(Q/τ)")
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
