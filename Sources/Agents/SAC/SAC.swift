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
public final class SAC: ReplayFedAgent {
    /// The algorithm's settings.
    public let settings: SACSettings
    /// Where it acts, how it reads observations, and how far it is.
    public let learning: ReplayLearning
    private let learner: SoftLearner

    /// A soft actor-critic that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a row of
    ///   numbers, or a prior that does not suit them.
    public init(_ settings: SACSettings, world: World, using generator: inout Generator) throws {
        let kind = try world.actionKind(for: "sac", prior: settings.prior)
        self.settings = settings
        learning = ReplayLearning(
            world, kind, standardizesObservations: settings.networks.standardizesObservations)
        learner = SoftLearner(
            settings, kind: kind, observation: learning.encoder.width, using: &generator)
    }

    /// Sequences for a memory, else transitions.
    public var window: Int { learner.memory == nil ? 1 : settings.window }

    /// The policy's memory; nothing without one.
    public func carry(for environments: Int) -> PolicyCarry {
        PolicyCarry(of: learner.memory, environments: environments)
    }

    /// Draws from the policy; at random before the first update.
    public func act(
        on arrival: Arrival, carrying carry: inout PolicyCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        carry.reset(arrival.isFirst)
        let features = carry.features(of: arrival, learning.encoder, learner.memory)
        let actions = actions(features, arrival.count, mode, using: &generator)
        carry.remember(actions, learning.kind)
        return Action(values: ActionLaw.values(actions))
    }

    private func actions(
        _ features: Tensor, _ count: Int, _ mode: ActingMode, using generator: inout Generator
    ) -> Tensor {
        guard learning.hasBegun else {
            return learning.kind.randomActions(count, using: &generator)
        }
        let law = learner.policy.predict(features)
        return mode == .deterministic ? law.best : law.sample(using: &generator)
    }

    /// One update of critics, policy and temperature.
    public func update(
        from replay: Replay, using generator: inout Generator
    ) throws -> SoftUpdate {
        let rows = learner.rows(from: replay, learning.encoder)
        let done = try learner.update(rows, using: &generator)
        learning.means.add(["loss.critics": done.criticLoss])
        return done
    }

    /// The critics' loss, and the bound of the last update's rows.
    public func record(after last: SoftUpdate, using generator: inout Generator) -> Record {
        last.record(learning.means, prior: settings.prior, kind: learning.kind)
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        policySpecification(
            world: learning.world, terms: [.reward, .actionConsistency],
            prior: settings.prior.rawValue,
            remembers: learner.memory != nil, action: "amortized: fitted to prior times exp(Q/τ)")
    }

    /// Writes networks and optimizers.
    public func saveLearned(to archive: Archive) { learner.save(to: archive.scope("learner")) }

    /// Reads what `saveLearned` wrote.
    public func loadLearned(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
    }
}
