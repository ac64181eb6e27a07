import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Maximum a posteriori policy optimization (Abdolmaleki et al. 2018, arXiv 1806.06920).
///
/// As inference, with the last policy as the prior. The E-step needs no parameters: actions of the
/// prior are weighed by exp(Q/η), η such that the divergence is what may be spent. The M-step fits
/// the policy to them, near the last one; then it is the next prior.
public final class MPO: Agent {
    /// The algorithm's settings.
    public let settings: MPOSettings
    private let world: World
    private let kind: ActionKind
    private let learner: MPOLearner
    private var encoder: ObservationEncoder
    private var progress = MPOProgress()
    private var updates = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a row of
    ///   numbers.
    public init(_ settings: MPOSettings, world: World, using generator: inout Generator) throws {
        guard let kind = ActionKind(world.actionSpace) else {
            throw AgentError.unsuitable(
                algorithm: "mpo", world: world.name,
                reason: "its policy is over one choice or a row of numbers, and actions are "
                    + world.actionSpace.kindInWords)
        }
        self.settings = settings
        self.world = world
        self.kind = kind
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.networks.standardizesObservations)
        learner = MPOLearner(settings, kind: kind, features: encoder.width, using: &generator)
    }

    /// Sequences from the replay.
    public var diet: Diet {
        .replay(
            batch: settings.batch, window: settings.window, every: settings.every,
            updates: settings.updates)
    }

    /// Nothing.
    public func carry(for environments: Int) -> NoCarry { NoCarry() }

    /// The column that holds the log-density of each action under what chose it.
    static let densityColumn = "logDensity"

    /// Draws from the policy; at random before the first update.
    public func act(
        on arrival: Arrival, carrying carry: inout NoCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        guard updates > 0 else {
            let actions = kind.randomActions(arrival.count, using: &generator)
            return action(actions, kind.randomLogDensity(actions))
        }
        let law = learner.policy.predict(encoder(arrival.observations))
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        return action(actions, withoutGradient { law.logDensity(actions) })
    }

    private func action(_ actions: Tensor, _ logDensities: Tensor) -> Action {
        Action(
            values: ActionLaw.values(actions),
            columns: [(Self.densityColumn, logDensities.floats().map { [$0] })])
    }

    /// A round of updates; a record now and then.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else { fail("MPO.learn", "not fed the replay") }
        if updates == 0 { encoder.observe(replay.allTransitions().observations) }
        for _ in 0..<settings.updates {
            let columns = max(1, settings.batch / settings.window)
            let batch = replay.sampleWindows(columns, length: settings.window)
            progress.add(try learner.update(batch, encoder, using: &generator))
            updates += 1
            if updates.isMultiple(of: settings.targetEvery) { learner.renewTargets() }
        }
        guard progress.count >= settings.reportEvery else { return [] }
        defer { progress = MPOProgress() }
        return [progress.record()]
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward, .actionConsistency], prior: "the last policy",
            priorStatus: .learned, remembers: false,
            action: "weights exp(Q/η) on actions of the prior, then a fit to them")
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
