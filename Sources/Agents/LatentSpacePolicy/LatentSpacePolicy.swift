import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Latent-space policies: a hierarchy trained from below (Haarnoja, Hartikainen, Abbeel and Levine
/// 2018, arXiv 1804.02808).
///
/// A layer is trained by soft actor-critic, frozen, and becomes a part of the world: the next
/// layer's actions are its latents, with their normal law as the prior. As inference: each stage
/// conditions on optimality once more, with the posterior before as the prior. A layer is
/// invertible, so that nothing is out of reach for those above it.
public final class LatentSpacePolicy: Agent {
    /// The algorithm's settings.
    public let settings: LatentSpacePolicySettings
    private let world: World
    private let kind: ActionKind
    private let learners: [LayerLearner]
    private(set) var encoder: ObservationEncoder
    private var means = RunningMeans()
    /// The layer that learns; those below are frozen.
    public private(set) var stage = 0
    private var stageUpdates = 0

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are no numbers, or observations that a
    ///   layer's reward cannot be made of.
    public init(
        _ settings: LatentSpacePolicySettings, world: World, using generator: inout Generator
    ) throws {
        guard let kind = ActionKind(world.actionSpace), case .continuous(let width, _) = kind else {
            throw world.unsuitableActions(for: "lsp", "its layers map numbers to numbers")
        }
        guard settings.rewards.rewards.allSatisfy({ $0.suits(world.observationSpace) }) else {
            throw AgentError.unsuitable(
                algorithm: "lsp", world: world.name,
                reason: "the rewards \(settings.rewards.rawValue) need more numbers than an "
                    + "observation has: \(world.observationSpace.kindInWords)")
        }
        self.settings = settings
        self.world = world
        self.kind = kind
        encoder = ObservationEncoder(
            world.observationSpace,
            isStandardizing: settings.critics.standardizesObservations)
        let all = encoder.width
        learners = (0..<settings.layers).map { index in
            let isTop = index == settings.layers - 1
            let seen = isTop ? all : min(all, settings.lowerObservations ?? all)
            return LayerLearner(
                settings, kind: index == 0 ? kind : .continuous(width: width, isBounded: false),
                features: seen, using: &generator)
        }
    }

    /// Transitions from the replay.
    public var diet: Diet {
        .replay(
            batch: settings.batch, window: 1, every: settings.every, updates: settings.updates)
    }

    /// The layers that have begun to learn, the lowest first.
    public var policy: LayeredPolicy { LayeredPolicy(learners[...stage].map(\.layer)) }

    /// No latents yet.
    public func carry(for environments: Int) -> RowCarry<[Float]> {
        let width = kind.codeWidth
        return RowCarry(Array(repeating: 0, count: width), environments: environments) {
            $0.count == width
        }
    }

    /// Draws latents and sends them down; at random before the first update. The deterministic mode
    /// takes the latents 0.
    public func act(
        on arrival: Arrival, carrying carry: inout RowCarry<[Float]>, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        let (count, width) = (arrival.count, kind.codeWidth)
        if stage == 0, stageUpdates == 0 {
            let values = kind.randomValues(count, using: &generator)
            return Action(values: values, columns: [latentColumn(values)])
        }
        let noise = noise(arrival, &carry, mode, &generator)
        let states = encoder(arrival.observations)
        return withoutGradient {
            let latents = learners[stage].layer.forward(noise.reshaped([count, width]), in: states)
                .value
            let actions =
                stage == 0
                ? latents
                : LayeredPolicy(learners[..<stage].map(\.layer)).forward(latents, in: states).value
            return Action(
                values: ActionLaw.values(actions), columns: [latentColumn(latents.floats())])
        }
    }

    private func noise(
        _ arrival: Arrival, _ carry: inout RowCarry<[Float]>, _ mode: ActingMode,
        _ generator: inout Generator
    ) -> Tensor {
        let width = kind.codeWidth
        switch mode {
        case .deterministic: return .zeros([arrival.count, width])
        case .fixedLatent:
            for row in carry.rows.indices where arrival.isFirst[row] {
                carry.rows[row] = (0..<width).map { _ in Float(generator.normal()) }
            }
            return Tensor(carry.rows.flatMap { $0 })
        default: return .normal([arrival.count, width], using: &generator)
        }
    }

    /// What the learning layer made: its actions, as the replay keeps them.
    private func latentColumn(_ values: [Float]) -> (name: String, rows: [[Float]]) {
        let width = kind.codeWidth
        return (
            Self.latentName,
            stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
        )
    }

    private static let latentName = "latent"

    /// A round of updates of the layer that learns; a record now and then, and a notice when the
    /// next layer begins.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else {
            fail("LatentSpacePolicy.learn", "not fed the replay")
        }
        if stage == 0, stageUpdates == 0 { encoder.observe(replay.allTransitions().observations) }
        if stage > 0, replay.count < max(1, settings.warmUpSteps) { return [] }
        var records: [Record] = []
        var last: (rewards: Tensor, cost: Tensor)!
        for _ in 0..<settings.updates {
            let rows = rows(replay.sampleTransitions(settings.batch))
            let update = try learners[stage].update(rows, using: &generator)
            means.add(["loss.critics": update.loss])
            last = (rows.rewards, update.cost)
            stageUpdates += 1
        }
        if means.count >= settings.reportEvery {
            records.append(record(last.rewards, last.cost))
            means = RunningMeans()
        }
        if stageUpdates >= settings.layerUpdates, stage + 1 < settings.layers {
            records.append(beginNextLayer(replay))
        }
        return records
    }

    /// Transitions as the learning layer sees them: its own actions, its reward in nats.
    private func rows(_ batch: Batch) -> ReplayedRows {
        let plain = ReplayedRows(batch, encoder)
        let seen = learners[stage].layer.features
        func cut(_ states: Tensor) -> Tensor {
            states.shape[1] == seen ? states : states.slice(axis: 1, 0..<seen)
        }
        return ReplayedRows(
            features: cut(plain.features),
            actions: batch.columns[Self.latentName]!.select(axis: 0, 0),
            rewards: settings.rewards[stage].values(batch) * settings.rewardScale(stage),
            nextFeatures: cut(plain.nextFeatures), continuation: plain.continuation)
    }

    /// Freezes the layer; what it did is of no use to the next one, whose actions are others.
    private func beginNextLayer(_ replay: Replay) -> Record {
        replay.discard(before: replay.appended)
        let updates = stageUpdates
        (stage, stageUpdates, means) = (stage + 1, 0, RunningMeans())
        return Record(
            .notice,
            message: "layer \(stage - 1) is frozen after \(updates) updates; layer \(stage) acts "
                + "in its latents")
    }

    private func record(_ rewards: Tensor, _ cost: Tensor) -> Record {
        let reward = Estimate(of: rewards.doubles())
        let price = Estimate(of: cost.doubles())
        return Record(
            .learning,
            metrics: [
                Metric("layer", Double(stage)), means["loss.critics"],
                Metric("policy.divergence", price.mean), means.updates,
            ],
            bound: .perStep(
                rewards.count, source: .replay, rewardScale: settings.rewardScale(stage),
                reward: reward, actionConsistency: price))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: world, terms: [.reward, .actionConsistency],
            prior: "what the layers below make of normal latents; below the first one, "
                + (world.actionSpace.isBounded ? "uniform" : "standard normal"),
            priorStatus: settings.layers > 1 ? .learned : .assumed, remembers: false,
            action: "amortized: an invertible map of normal latents fitted to prior times exp Q")
    }

    /// Writes layers, critics, optimizers, statistics and counts.
    public func save(to archive: Archive) throws {
        for (index, learner) in learners.enumerated() {
            learner.save(to: archive.scope("layer\(index)"))
        }
        encoder.save(to: archive.scope("encoder"))
        archive.store(means, as: "means")
        archive.store(stage, as: "stage")
        archive.store(stageUpdates, as: "stageUpdates")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        for (index, learner) in learners.enumerated() {
            try learner.load(from: archive.scope("layer\(index)"))
        }
        try encoder.load(from: archive.scope("encoder"))
        means = try archive.value("means")
        let saved = try archive.value("stage", as: Int.self)
        guard learners.indices.contains(saved) else {
            throw AgentError.archive("layer \(saved) of \(learners.count) was learning")
        }
        stage = saved
        stageUpdates = try archive.value("stageUpdates")
    }
}

extension ActingMode {
    /// Latents of the uppermost layer are drawn once for an episode: what a region of them does.
    public static let fixedLatent = ActingMode("fixed-latent")
}
