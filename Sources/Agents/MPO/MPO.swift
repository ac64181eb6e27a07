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
public final class MPO: ReplayFedAgent {
    /// The algorithm's settings.
    public let settings: MPOSettings
    /// Where it acts, how it reads observations, and how far it is.
    public let learning: ReplayLearning
    private let learner: MPOLearner

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a row of
    ///   numbers.
    public init(_ settings: MPOSettings, world: World, using generator: inout Generator) throws {
        let kind = try world.actionKind(for: "mpo")
        self.settings = settings
        learning = ReplayLearning(
            world, kind, standardizesObservations: settings.networks.standardizesObservations)
        learner = MPOLearner(
            settings, kind: kind, features: learning.encoder.width, using: &generator)
    }

    /// Sequences, along which returns are corrected.
    public var window: Int { settings.window }

    /// The column that holds the log-density of each action under what chose it.
    static let densityColumn = "logDensity"

    /// Draws from the policy; at random before the first update.
    public func act(
        on arrival: Arrival, carrying carry: inout NoCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        guard learning.hasBegun else {
            let actions = learning.kind.randomActions(arrival.count, using: &generator)
            return action(actions, learning.kind.randomLogDensity(actions))
        }
        let law = learner.policy.predict(learning.encoder(arrival.observations))
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        return action(actions, withoutGradient { law.logDensity(actions) })
    }

    private func action(_ actions: Tensor, _ logDensities: Tensor) -> Action {
        Action(
            values: ActionLaw.values(actions),
            columns: [(Self.densityColumn, logDensities.floats().map { [$0] })])
    }

    /// One update of critic, policy, temperatures and multipliers.
    public func update(
        from replay: Replay, using generator: inout Generator
    ) throws -> MPOUpdate {
        let columns = max(1, settings.batch / settings.window)
        let batch = replay.sampleWindows(columns, length: settings.window)
        let done = try learner.update(batch, learning.encoder, using: &generator)
        if learning.updates.isMultiple(of: settings.targetEvery) { learner.renewTargets() }
        learning.means.add(["loss.critics": done.criticLoss])
        return done
    }

    /// The critic's loss, and the bound of the last update's rows.
    public func record(after last: MPOUpdate, using generator: inout Generator) -> Record {
        last.record(learning.means)
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: learning.world, terms: [.reward, .actionConsistency],
            prior: "the last policy", priorStatus: .learned, remembers: false,
            action: "weights exp(Q/η) on actions of the prior, then a fit to them")
    }

    /// Writes networks and optimizers.
    public func saveLearned(to archive: Archive) { learner.save(to: archive.scope("learner")) }

    /// Reads what `saveLearned` wrote.
    public func loadLearned(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
    }
}
