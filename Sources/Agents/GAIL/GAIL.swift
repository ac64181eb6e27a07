import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Generative adversarial imitation learning (Ho and Ermon 2016, arXiv 1606.03476), with `PPO`.
///
/// As inference: the reward is not given but inferred from an expert's episodes, as a ratio of
/// densities. Where a discriminator tells the expert's pairs from the policy's as well as can be, its
/// logit is log ρ_E(s, a) / ρ_π(s, a), and the bound whose reward is that, at the temperature τ,
///
///     L = E_π[(log ρ_E / ρ_π) / τ − log π / p]
///
/// is highest where the policy's occupancy is the expert's. The environment's own rewards play no part.
public final class GAIL: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: GAILSettings
    /// log ρ_E / ρ_π of pairs.
    public let ratio: DensityRatio
    private let policy: PPO
    private let encoding: PairEncoding
    private var expert: Expert?
    /// Where the expert comes from, until its rows are drawn.
    private var source: ExpertSource?

    /// An imitator that has seen nothing; the expert's episodes are read by `prepare`, at the latest
    /// when it first learns.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public init(_ settings: GAILSettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        policy = try PPO(settings.policy, world: world, using: &generator)
        encoding = PairEncoding(world, policy.networks.kind)
        ratio = DensityRatio(
            inputs: encoding.width, units: settings.discriminator.units,
            learningRate: settings.discriminator.learningRate,
            entropyWeight: settings.discriminator.entropyWeight, using: &generator)
    }

    /// Reads the expert's episodes, unless their rows are there already.
    ///
    /// - Throws: `ExpertError`, `ArrayFileError` where the expert cannot be had.
    public func prepare() throws {
        guard expert == nil, source == nil else { return }
        source = try ExpertSource(settings.expert, world: world)
    }

    /// Where it acts.
    public var world: World { policy.world }
    /// Policy and value.
    public var networks: ActorCritic { policy.networks }
    /// The last steps of every environment.
    public var diet: Diet { policy.diet }

    /// Sharpens the discriminator on a rollout, then improves the policy by what it says now.
    ///
    /// - Throws: `ExpertError`, `ArrayFileError` the first time, where `prepare` was not called and
    ///   the expert cannot be had.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .rollouts(var batch) = material else {
            fail("GAIL.learn", "fed no rollouts")
        }
        let expert = try expert(using: &generator)
        let pairs = encoding(
            batch.observations.slice(axis: 0, 0..<batch.time), batch.actions)
        let progress = try sharpen(
            expert: expert.rows, policy: pairs.indexSelect(axis: 0, batch.validRows), &generator)
        batch.rewards =
            settings.reward(ratio(pairs)).reshaped([batch.time, batch.width]) * batch.valid
        var records = try policy.learn(from: .rollouts(batch), using: &generator)
        records[0].metrics += [
            Metric("discriminator.loss", progress.loss),
            Metric("discriminator.expertFound", progress.recall),
            Metric("discriminator.policyFound", progress.specificity),
            Metric("expert.return", expert.meanReturn),
        ]
        return records
    }

    /// Some steps of the discriminator; the last one's loss.
    private func sharpen(
        expert: Tensor, policy: Tensor, _ generator: inout Generator
    ) throws -> DensityRatio.Progress {
        func draw(_ rows: Tensor) -> Tensor {
            rows.indexSelect(
                axis: 0,
                Tensor.randomIntegers(
                    [settings.discriminator.minibatch], in: 0..<rows.size(axis: 0),
                    using: &generator))
        }
        var progress: DensityRatio.Progress!
        for _ in 0..<settings.discriminator.updates {
            progress = ratio.update(numerator: draw(expert), denominator: draw(policy))
            try requireFinite(progress.gradientNorm, "gradient", "of the discriminator's loss")
        }
        return progress
    }

    private func expert(using generator: inout Generator) throws -> Expert {
        if let expert { return expert }
        let source = try source ?? ExpertSource(settings.expert, world: world)
        let drawn = try Expert(source, settings.expert, encoding, using: &generator)
        expert = drawn
        self.source = nil
        return drawn
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var specification = policy.specification
        specification.joint = specification.joint.map { factor in
            factor.variable == "r"
                ? Factor(
                    "p(r|s,a)", of: "r", given: ["s", "a"], .learned,
                    role: "log-ratio of the expert's density to the policy's")
                : factor
        }
        return specification
    }

    /// Writes the policy's progress, the discriminator and the expert's rows.
    public func saveProgress(to archive: Archive) throws {
        try policy.saveProgress(to: archive.scope("policy"))
        ratio.save(to: archive.scope("ratio"))
        guard let expert else { return }
        archive.store(expert.rows, as: "expert")
        archive.store(expert.meanReturn, as: "expertReturn")
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try policy.loadProgress(from: archive.scope("policy"))
        try ratio.load(from: archive.scope("ratio"))
        guard archive.contains("expert") else { return }
        let rows = try archive.tensor("expert")
        guard rows.rank == 2, rows.size(axis: 1) == encoding.width, rows.elementType == .float32
        else { throw archive.invalid("expert", "its rows are \(rows.shape)") }
        expert = Expert(rows: rows, meanReturn: try archive.value("expertReturn"))
    }
}
