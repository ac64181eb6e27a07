import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Diversity is all you need: skills that states tell apart (Eysenbach et al. 2018, arXiv
/// 1802.06070).
///
/// As inference: an option z, drawn once for an episode from a uniform prior that stays, with the
/// reverse model q(z | s′); what its reward would be is what the reverse model gains over the prior.
/// The bound is I(S; Z) and the policy's entropy. The environment's reward is not used.
public final class DIAYN: ReplayFedAgent {
    /// The algorithm's settings.
    public let settings: DIAYNSettings
    /// Where it acts, how it reads observations, and how far it is.
    public let learning: ReplayLearning
    private let learner: SoftLearner
    private let discriminator: SkillDiscriminator

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are neither one choice nor a bounded box,
    ///   or a prior that does not suit them.
    public init(_ settings: DIAYNSettings, world: World, using generator: inout Generator) throws {
        guard let kind = ActionKind(world.actionSpace),
            kind.isDiscrete || world.actionSpace.isBounded
        else {
            throw world.unsuitableActions(
                for: "diayn", "its policy is over one choice or a bounded box")
        }
        try world.require(settings.soft.prior, over: kind, for: "diayn")
        self.settings = settings
        learning = ReplayLearning(
            world, kind,
            standardizesObservations: settings.soft.networks.standardizesObservations)
        let features = learning.encoder.width
        learner = SoftLearner(
            settings.soft, kind: kind, observation: features + settings.skills, using: &generator)
        discriminator = SkillDiscriminator(
            features: features, skills: settings.skills, units: settings.discriminatorUnits,
            learningRate: settings.discriminatorRate, using: &generator)
    }

    /// Those of the soft actor-critic.
    public var rounds: any ReplaySettings { settings.soft }

    /// The first skill for all; episodes draw theirs when they start.
    public func carry(for environments: Int) -> RowCarry<Int> {
        let skills = 0..<settings.skills
        return RowCarry(0, environments: environments) { skills.contains($0) }
    }

    /// Draws from the policy of each episode's skill; at random before the first update. In the
    /// deterministic mode environment i shows skill i, and starts over after the last.
    public func act(
        on arrival: Arrival, carrying carry: inout RowCarry<Int>, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        for index in carry.rows.indices where arrival.isFirst[index] {
            carry.rows[index] =
                mode == .deterministic
                ? index % settings.skills : generator.integer(below: settings.skills)
        }
        let column = (name: Self.skillColumn, rows: carry.rows.map { [Float($0)] })
        guard learning.hasBegun else {
            return Action(
                values: learning.kind.randomValues(arrival.count, using: &generator),
                columns: [column])
        }
        let features = features(learning.encoder(arrival.observations), Tensor(carry.rows))
        let law = learner.policy.predict(features)
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        return Action(values: ActionLaw.values(actions), columns: [column])
    }

    private static let skillColumn = "skill"

    /// What policy and critics read: the state beside the skill.
    private func features(_ encoded: Tensor, _ skills: Tensor) -> Tensor {
        Tensor.concatenated([encoded, skills.oneHot(classes: settings.skills)], axis: 1)
    }

    /// Rewards as the discriminator sees them now, an update of the soft actor-critic with them, and
    /// a step of the discriminator on the same rows.
    public func update(
        from replay: Replay, using generator: inout Generator
    ) throws -> SoftUpdate {
        let batch = replay.sampleTransitions(settings.soft.batch)
        let plain = ReplayedRows(batch, learning.encoder)
        let skills = batch.columns[Self.skillColumn]!.reshaped([-1]).to(.int64)
        let table = discriminator.logProbabilities(plain.nextFeatures)
        let rewards = SkillDiscriminator.reward(table, chosen: skills)
        let rows = SoftRows(
            features: features(plain.features, skills), actions: plain.actions, rewards: rewards,
            nextFeatures: features(plain.nextFeatures, skills), continuation: plain.continuation)
        let done = try learner.update(rows, using: &generator)
        let loss = discriminator.fit(plain.nextFeatures, chosen: skills)
        try requireFinite(loss, "discriminator's loss", "of DIAYN")
        let isRight = table.argmax(axis: 1) .== skills
        learning.means.add([
            "loss.critics": done.criticLoss, "loss.discriminator": loss,
            "skills.information": rewards.mean().item(),
            "skills.accuracy": isRight.to(.float32).mean().item(),
        ])
        return done
    }

    /// How well skills are learned and told apart; the information is a bound from below of I(S; Z)
    /// in nats, on rows that the discriminator was fitted to, too.
    public func record(after last: SoftUpdate, using generator: inout Generator) -> Record {
        let means = learning.means
        var record = last.record(means, prior: settings.soft.prior, kind: learning.kind)
        record.metrics += [
            means["loss.discriminator"], means["skills.information"], means["skills.accuracy"],
        ]
        return record
    }

    /// log q(z | s) of every skill in nats, `[rows, skills]`, of observations
    /// `[rows, observation...]`.
    public func skillLogProbabilities(_ observations: Tensor) -> Tensor {
        discriminator.logProbabilities(learning.encoder(observations))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var specification = policySpecification(
            world: learning.world, terms: [.reward, .actionConsistency],
            prior: settings.soft.prior.rawValue, remembers: false,
            action: "amortized: fitted to prior times exp(Q/τ), given the episode's skill")
        specification.joint += [
            Factor("p(z)", of: "z", given: [], .assumed, role: "uniform skills"),
            Factor("q(z|s')", of: "z", given: ["s'"], .learned, role: "the reverse model"),
        ]
        specification.posterior.append(
            Factor("p(z)", of: "z", given: [], .assumed, role: "a skill for each episode"))
        return specification
    }

    /// Writes networks and optimizers.
    public func saveLearned(to archive: Archive) {
        learner.save(to: archive.scope("learner"))
        discriminator.save(to: archive.scope("discriminator"))
    }

    /// Reads what `saveLearned` wrote.
    public func loadLearned(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try discriminator.load(from: archive.scope("discriminator"))
    }
}
