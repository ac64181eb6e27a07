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
public final class C51: ValueBasedAgent {
    /// The algorithm's settings.
    public let settings: C51Settings
    /// Where it acts, how it reads observations, and how far it is.
    public let learning: ReplayLearning
    private let actions: Int
    private let returns: CategoricalProjection
    private let learned: ValueNetwork

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` where actions are not one choice.
    public init(_ settings: C51Settings, world: World, using generator: inout Generator) throws {
        guard case .discrete(let actions)? = ActionKind(world.actionSpace) else {
            throw world.unsuitableActions(for: "c51", "it compares each of several actions")
        }
        self.settings = settings
        self.actions = actions
        learning = ReplayLearning(
            world, .discrete(actions),
            standardizesObservations: settings.networks.standardizesObservations)
        returns = CategoricalProjection(
            count: settings.atoms, minimum: settings.minimum, maximum: settings.maximum)
        learned = ValueNetwork(
            settings.networks.network(
                inputs: learning.encoder.width, outputs: actions * settings.atoms,
                using: &generator),
            target: settings.target, learningRate: settings.learningRate,
            epsilon: settings.epsilon)
    }

    /// The best actions.
    public func choose(
        by features: Tensor, mode: ActingMode, using generator: inout Generator
    ) -> Tensor {
        withoutGradient { values(logLaws(learned.network, features)).argmax(axis: 1) }
    }

    /// One step of log-likelihood towards projected targets.
    public func update(
        from replay: Replay, using generator: inout Generator
    ) throws -> ReplayedRows {
        let rows = ReplayedRows(replay.sampleTransitions(settings.batch), learning.encoder)
        let count = rows.rewards.count
        let targets = withoutGradient {
            let following = logLaws(learned.target, rows.nextFeatures)
            let best = values(following).argmax(axis: 1)
            return returns(
                pick(following, best).exp(), rewards: rows.rewards,
                discounts: rows.continuation * settings.discount)
        }
        let loss = learned.step(on: rows.features, updates: learning.updates) { outputs in
            let logits = outputs.reshaped([count, actions, settings.atoms])
            // Only the chosen actions' logits are normalized.
            return -(targets * pick(logits, rows.actions).logSoftmax(axis: -1)).sum()
                / Double(count)
        }
        try requireFinite(loss, "laws' gradient", "of C51")
        learning.means.add(["loss.values": loss])
        return rows
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
        withoutGradient { logLaws(learned.network, learning.encoder(observations)) }
    }

    /// The mean loss, and the laws and the bound of the last update's rows.
    public func record(after rows: ReplayedRows, using generator: inout Generator) -> Record {
        let reward = Estimate(of: rows.rewards.doubles())
        let laws = withoutGradient { logLaws(learned.network, rows.features).exp() }
        let means = (laws * returns.atoms).sum(axis: 2, keepingDimensions: true)
        let spread = (laws * (returns.atoms - means).square()).sum(axis: 2).mean().item()
        return Record(
            .learning,
            metrics: [
                learning.means["loss.values"], Metric("value.mean", means.mean().item()),
                Metric("value.deviation", spread.squareRoot()),
                Metric("exploration", explorationShare), learning.means.updates,
            ],
            bound: .perStep(rows.rewards.count, source: .replay, reward: reward))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: learning.world, terms: [.reward],
            prior: "uniform; its cost vanishes beside the reward",
            remembers: false, action: "the best by the law of the return")
    }

    /// Writes networks and optimizer.
    public func saveLearned(to archive: Archive) {
        learned.save(to: archive)
    }

    /// Reads what `saveLearned` wrote.
    public func loadLearned(from archive: Archive) throws {
        try learned.load(from: archive)
    }
}
