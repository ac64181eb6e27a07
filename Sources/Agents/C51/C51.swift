import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Categorical distributional reinforcement learning (Bellemare, Dabney and Munos 2017, arXiv
/// 1707.06887).
///
/// As inference: the law of the return is inferred, not only its mean; its loss is the likelihood of
/// sampled, projected returns. Actions are the best by the mean, the limit of a large reward scale,
/// so that no action costs anything; at a finite scale `riskScale` they are the best by the
/// evidence (1/α) log E exp(αZ), which seeks risk.
public final class C51: Agent {
    /// The algorithm's settings.
    public let settings: C51Settings
    private let world: World
    private let kind: ActionKind
    private let actions: Int
    private let returns: CategoricalProjection
    private let network: FusedNetwork
    private let target: FusedNetwork
    private let learner: FusedLearner
    private var encoder: ObservationEncoder
    private var loss = RunningMean()
    private var explored = 0
    private var updates = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` where actions are not one choice.
    public init(_ settings: C51Settings, world: World, using generator: inout Generator) throws {
        guard case .discrete(let actions)? = ActionKind(world.actionSpace) else {
            throw AgentError.unsuitable(
                algorithm: "c51", world: world.name,
                reason: "it compares each of several actions, and actions are "
                    + world.actionSpace.kindInWords)
        }
        self.settings = settings
        self.world = world
        self.actions = actions
        kind = .discrete(actions)
        returns = CategoricalProjection(
            count: settings.atoms, minimum: settings.minimum, maximum: settings.maximum)
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.networks.standardizesObservations)
        network = FusedNetwork(
            sizes: [encoder.width] + settings.networks.units + [actions * settings.atoms],
            activation: settings.networks.activation, hidden: .fanInUniform,
            output: .fanInUniform, using: &generator)
        target = network.copied()
        learner = FusedLearner(
            [network], learningRate: settings.learningRate,
            method: .adam(epsilon: settings.epsilon))
    }

    /// Transitions from the replay.
    public var diet: Diet {
        .replay(
            batch: settings.batch, window: 1, every: settings.every, updates: settings.updates)
    }

    /// Nothing.
    public func carry(for environments: Int) -> NoCarry { NoCarry() }

    /// The best actions, mixed with uniform ones while exploring; at random before the first update.
    public func act(
        on arrival: Arrival, carrying carry: inout NoCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        defer { if mode == .explore { explored += arrival.count } }
        guard updates > 0 else {
            return Action(values: kind.randomValues(arrival.count, using: &generator))
        }
        let best = withoutGradient {
            values(logLaws(network, encoder(arrival.observations))).argmax(axis: 1)
        }
        let chosen = ActionLaw.values(best)
        guard mode == .explore else { return Action(values: chosen) }
        let share = settings.exploration.share(after: explored)
        return Action(values: kind.exploring(chosen, share: share, using: &generator))
    }

    /// A round of updates; a record now and then.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else { fail("C51.learn", "not fed the replay") }
        if updates == 0 { encoder.observe(replay.allTransitions().observations) }
        var last: ReplayedRows!
        for _ in 0..<settings.updates {
            last = ReplayedRows(replay.sampleTransitions(settings.batch), encoder)
            loss.add(try update(last))
        }
        guard loss.count >= settings.reportEvery else { return [] }
        defer { loss = RunningMean() }
        return [record(last)]
    }

    /// One step of log-likelihood towards projected targets; the loss before, in nats.
    private func update(_ rows: ReplayedRows) throws -> Double {
        let count = rows.rewards.count
        let targets = withoutGradient {
            let following = logLaws(target, rows.nextFeatures)
            let best = values(following).argmax(axis: 1)
            return returns(
                pick(following, best).exp(), rewards: rows.rewards,
                discounts: rows.continuation * settings.discount)
        }
        var value: Tensor!
        let norm = learner.minimize(rows.features) { outputs in
            let laws = outputs[0].reshaped([count, actions, settings.atoms])
            // Only the chosen actions' logits are normalized.
            let loss =
                -(targets * pick(laws, rows.actions).logSoftmax(axis: -1)).sum() / Double(count)
            value = loss.detached()
            return loss
        }
        try requireFinite(norm, "laws' gradient", "of C51")
        updates += 1
        settings.target.move(target, after: network, updates: updates)
        return value.item()
    }

    /// Logarithms of the laws of every action's return, `[rows, actions, atoms]`.
    private func logLaws(_ network: FusedNetwork, _ features: Tensor) -> Tensor {
        network.predict(features).reshaped([features.shape[0], actions, settings.atoms])
            .logSoftmax(axis: -1)
    }

    /// The rows of chosen actions `[rows]` out of `[rows, actions, atoms]`.
    private func pick(_ table: Tensor, _ chosen: Tensor) -> Tensor {
        let index = chosen.reshaped([-1, 1, 1]).expanded([table.shape[0], 1, settings.atoms])
        return table.gather(axis: 1, index).squeezed(axis: 1)
    }

    /// What actions are compared by, `[rows, actions]`.
    private func values(_ logLaws: Tensor) -> Tensor {
        settings.riskScale.map { returns.riskValue(logLaws, scale: $0) } ?? returns.mean(logLaws)
    }

    /// Logarithms of the laws of every action's return, `[rows, actions, atoms]`, of observations
    /// `[rows, observation...]`.
    public func logLaws(_ observations: Tensor) -> Tensor {
        withoutGradient { logLaws(network, encoder(observations)) }
    }

    private func record(_ rows: ReplayedRows) -> Record {
        let reward = Estimate(of: rows.rewards.doubles())
        let laws = withoutGradient { logLaws(network, rows.features).exp() }
        let means = (laws * returns.atoms).sum(axis: 2, keepingDimensions: true)
        let spread = (laws * (returns.atoms - means).square()).sum(axis: 2).mean().item()
        return Record(
            .learning,
            metrics: [
                Metric("loss.values", loss.mean), Metric("value.mean", means.mean().item()),
                Metric("value.deviation", spread.squareRoot()),
                Metric("exploration", settings.exploration.share(after: explored)),
                Metric("updates", Double(loss.count)),
            ],
            bound: Bound(
                reward: reward.mean,
                context: BoundContext(
                    scope: .perStep(validSteps: rows.rewards.count), source: .replay,
                    rewardScale: 1, standardErrors: ["reward": reward.standardError ?? 0])))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward], prior: "uniform; its cost vanishes beside the reward",
            remembers: false, action: "the best by the law of the return")
    }

    /// Writes networks, optimizer, statistics and counts.
    public func save(to archive: Archive) throws {
        network.save(to: archive.scope("network"))
        target.save(to: archive.scope("target"))
        learner.save(to: archive.scope("learner"))
        encoder.save(to: archive.scope("encoder"))
        archive.store(loss, as: "loss")
        archive.store(explored, as: "explored")
        archive.store(updates, as: "updates")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try network.load(from: archive.scope("network"))
        try target.load(from: archive.scope("target"))
        try learner.load(from: archive.scope("learner"))
        try encoder.load(from: archive.scope("encoder"))
        loss = try archive.value("loss")
        explored = try archive.value("explored")
        updates = try archive.value("updates")
    }
}
