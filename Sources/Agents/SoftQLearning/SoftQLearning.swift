import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Soft Q-learning (Haarnoja et al. 2017, arXiv 1702.08165).
///
/// As inference: the best policy for the bound with shared dynamics is the posterior
/// π = p exp(Q − V) itself; only Q is learned, by the soft Bellman equation. Several actions are
/// summed over; numbers are drawn by a sampler that is trained along Stein's direction.
public final class SoftQLearning: Agent {
    /// The algorithm's settings.
    public let settings: SoftQLearningSettings
    private let world: World
    private let kind: ActionKind
    private let learner: any SoftQLearner
    private var encoder: ObservationEncoder
    private var loss = RunningMean()
    private var explored = 0
    private var updates = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a bounded box,
    ///   or a prior that does not suit them.
    public init(
        _ settings: SoftQLearningSettings, world: World, using generator: inout Generator
    ) throws {
        guard let kind = ActionKind(world.actionSpace),
            kind.isDiscrete || world.actionSpace.isBounded
        else {
            throw AgentError.unsuitable(
                algorithm: "soft-q", world: world.name,
                reason: "its posterior is over one choice or a bounded box, and actions are "
                    + world.actionSpace.kindInWords)
        }
        try requireSuitable(settings.prior, kind, world: world, algorithm: "soft-q")
        guard settings.priorLogits.isEmpty || kind == .discrete(settings.priorLogits.count) else {
            throw AgentError.unsuitable(
                algorithm: "soft-q", world: world.name,
                reason: "priorLogits has \(settings.priorLogits.count) entries, and actions are "
                    + world.actionSpace.kindInWords)
        }
        self.settings = settings
        self.world = world
        self.kind = kind
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.networks.standardizesObservations)
        if case .discrete(let actions) = kind {
            learner = DiscreteSoftQ(
                settings, actions: actions, features: encoder.width, using: &generator)
        } else {
            learner = ContinuousSoftQ(
                settings, kind: kind, features: encoder.width, using: &generator)
        }
    }

    /// Transitions from the replay.
    public var diet: Diet {
        .replay(
            batch: settings.batch, window: 1, every: settings.every, updates: settings.updates)
    }

    /// Nothing.
    public func carry(for environments: Int) -> NoCarry { NoCarry() }

    /// Draws from the posterior, mixed with uniform actions while exploring; at random before the
    /// first update. The deterministic mode takes the most likely of several actions, or the draw
    /// of highest value.
    public func act(
        on arrival: Arrival, carrying carry: inout NoCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        defer { if mode == .explore { explored += arrival.count } }
        guard updates > 0 else {
            return Action(values: kind.randomValues(arrival.count, using: &generator))
        }
        let actions = learner.actions(
            encoder(arrival.observations), mode: mode, using: &generator)
        let values = ActionLaw.values(actions)
        guard mode == .explore else { return Action(values: values) }
        let share = settings.exploration.share(after: explored)
        return Action(values: kind.exploring(values, share: share, using: &generator))
    }

    /// A round of updates; a record now and then.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else {
            fail("SoftQLearning.learn", "not fed the replay")
        }
        if updates == 0 { encoder.observe(replay.allTransitions().observations) }
        var last: ReplayedRows!
        for _ in 0..<settings.updates {
            last = ReplayedRows(replay.sampleTransitions(settings.batch), encoder)
            loss.add(try learner.update(last, using: &generator))
            updates += 1
        }
        guard loss.count >= settings.reportEvery else { return [] }
        defer { loss = RunningMean() }
        return [record(last, using: &generator)]
    }

    /// Q of every action in nats, `[rows, actions]`, of observations `[rows, observation...]`; nil
    /// for numbers.
    public func actionValues(_ observations: Tensor) -> Tensor? {
        (learner as? DiscreteSoftQ)?.actionValues(of: encoder(observations))
    }

    private func record(_ rows: ReplayedRows, using generator: inout Generator) -> Record {
        let reward = Estimate(of: (rows.rewards * settings.rewardScale).doubles())
        var errors = ["reward": reward.standardError ?? 0]
        var metrics = [
            Metric("loss.values", loss.mean),
            Metric("exploration", settings.exploration.share(after: explored)),
            Metric("updates", Double(loss.count)),
        ]
        var cost: Double?
        switch learner.divergence(rows.features, using: &generator) {
        case .exact(let divergence):
            let estimate = Estimate(of: divergence.doubles())
            metrics.append(Metric("policy.divergence", estimate.mean))
            cost = estimate.mean
            errors["actionConsistency"] = estimate.standardError ?? 0
        case .atLeast(let divergence):
            metrics.append(
                Metric("policy.leastDivergence", Estimate(of: divergence.doubles()).mean))
        }
        return Record(
            .learning, metrics: metrics,
            bound: Bound(
                reward: reward.mean, actionConsistency: cost,
                context: BoundContext(
                    scope: .perStep(validSteps: rows.rewards.count), source: .replay,
                    rewardScale: settings.rewardScale, standardErrors: errors)))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward, .actionConsistency],
            prior: settings.priorLogits.isEmpty ? settings.prior.rawValue : "fixed logits",
            remembers: false,
            action: kind.isDiscrete
                ? "exact: prior times exp Q, normalized"
                : "a sampler fitted to prior times exp Q by Stein's direction")
    }

    /// Writes networks, optimizers, statistics and counts.
    public func save(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        encoder.save(to: archive.scope("encoder"))
        archive.store(loss, as: "loss")
        archive.store(explored, as: "explored")
        archive.store(updates, as: "updates")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try encoder.load(from: archive.scope("encoder"))
        loss = try archive.value("loss")
        explored = try archive.value("explored")
        updates = try archive.value("updates")
    }
}
