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
public final class SoftQLearning: ValueBasedAgent {
    /// The algorithm's settings.
    public let settings: SoftQLearningSettings
    /// Where it acts, how it reads observations, and how far it is.
    public let learning: ReplayLearning
    private let learner: any SoftQLearner

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
            throw world.unsuitableActions(
                for: "soft-q", "its posterior is over one choice or a bounded box")
        }
        try world.require(settings.prior, over: kind, for: "soft-q")
        guard settings.priorLogits.isEmpty || kind == .discrete(settings.priorLogits.count) else {
            throw world.unsuitableActions(
                for: "soft-q", "priorLogits has \(settings.priorLogits.count) entries")
        }
        self.settings = settings
        learning = ReplayLearning(
            world, kind, standardizesObservations: settings.networks.standardizesObservations)
        let features = learning.encoder.width
        if case .discrete(let actions) = kind {
            learner = DiscreteSoftQ(
                settings, actions: actions, features: features, using: &generator)
        } else {
            learner = ContinuousSoftQ(
                settings, kind: kind, features: features, using: &generator)
        }
    }

    /// Draws from the posterior; the deterministic mode takes the most likely of several actions, or
    /// the draw of highest value.
    public func choose(
        by features: Tensor, mode: ActingMode, using generator: inout Generator
    ) -> Tensor {
        learner.actions(features, mode: mode, using: &generator)
    }

    /// One update of values, and of the sampler where there is one.
    public func update(
        from replay: Replay, using generator: inout Generator
    ) throws -> ReplayedRows {
        let rows = ReplayedRows(replay.sampleTransitions(settings.batch), learning.encoder)
        let loss = try learner.update(rows, updates: learning.updates, using: &generator)
        learning.means.add(["loss.values": loss])
        return rows
    }

    /// Q of every action in nats, `[rows, actions]`, of observations `[rows, observation...]`; nil
    /// for numbers.
    public func actionValues(_ observations: Tensor) -> Tensor? {
        (learner as? DiscreteSoftQ)?.actionValues(of: learning.encoder(observations))
    }

    /// The mean loss, and the bound of the last update's rows.
    public func record(after rows: ReplayedRows, using generator: inout Generator) -> Record {
        let reward = Estimate(of: (rows.rewards * settings.rewardScale).doubles())
        var metrics = [
            learning.means["loss.values"], Metric("exploration", explorationShare),
            learning.means.updates,
        ]
        var cost: Estimate?
        switch learner.divergence(rows.features, using: &generator) {
        case .exact(let divergence):
            let estimate = Estimate(of: divergence.doubles())
            metrics.append(Metric("policy.divergence", estimate.mean))
            cost = estimate
        case .atLeast(let divergence):
            metrics.append(
                Metric("policy.leastDivergence", Estimate(of: divergence.doubles()).mean))
        }
        return Record(
            .learning, metrics: metrics,
            bound: .perStep(
                rows.rewards.count, source: .replay, rewardScale: settings.rewardScale,
                reward: reward, actionConsistency: cost))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: learning.world, terms: [.reward, .actionConsistency],
            prior: settings.priorLogits.isEmpty ? settings.prior.rawValue : "fixed logits",
            remembers: false,
            action: learning.kind.isDiscrete
                ? "exact: prior times exp Q, normalized"
                : "a sampler fitted to prior times exp Q by Stein's direction")
    }

    /// Writes networks and optimizers.
    public func saveLearned(to archive: Archive) { learner.save(to: archive.scope("learner")) }

    /// Reads what `saveLearned` wrote.
    public func loadLearned(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
    }
}
