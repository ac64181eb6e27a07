import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Variational information maximizing exploration (Houthooft et al. 2016, arXiv 1605.09674), with
/// `TRPO`.
///
/// As inference: the dynamics' parameters are a latent variable, q(w; φ) its posterior, and the bound's
/// information gain is what a transition tells about them, KL(q(w; φ′) ‖ q(w; φ)), with φ′ the
/// posterior after it. Its worth is counted as a reward beside the environment's.
public final class VIME: ActorCriticAgent {
    /// The algorithm's settings.
    public let settings: VIMESettings
    private let policy: TRPO
    private let dynamics: CuriousDynamics

    /// An explorer that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that
    ///   does not suit them.
    public init(_ settings: VIMESettings, world: World, using generator: inout Generator) throws {
        self.settings = settings
        policy = try TRPO(settings.policy, world: world, using: &generator)
        dynamics = CuriousDynamics(
            settings.dynamics, settings.bonus, world: world, kind: policy.networks.kind,
            using: &generator)
    }

    /// Where it acts.
    public var world: World { policy.world }
    /// Policy and value.
    public var networks: ActorCritic { policy.networks }
    /// q(w), what is believed of the dynamics' parameters.
    public var model: BayesianNetwork { dynamics.network }
    /// The last steps of every environment.
    public var diet: Diet { policy.diet }

    /// One step of the policy with information as further reward, then the dynamics are fitted.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .rollouts(let batch) = material else { fail("VIME.learn", "fed no rollouts") }
        let rows = dynamics.rows(batch)
        let found = dynamics.information(rows, using: &generator)
        let bonus = found.relative * settings.bonus.weight
        var rollout = Rollout(batch, networks)
        rollout.batch.rewards = batch.rewards + onGrid(bonus, batch)
        var record = try policy.learn(from: rollout, using: &generator)
        move(bonus.mean().item(), in: &record)
        let bound = try dynamics.fit(rows, using: &generator)
        record.metrics += [
            Metric("information.median", found.median),
            Metric("information.relative", found.relative.mean().item()),
            Metric("dynamics.bound", bound),
            Metric("dynamics.divergence", withoutGradient { model.divergenceFromPrior.item() }),
        ]
        return [record]
    }

    /// Numbers of the steps that happened, where they happened.
    private func onGrid(_ numbers: Tensor, _ batch: Batch) -> Tensor {
        Tensor.zeros([batch.time * batch.width]).scatter(axis: 0, batch.validRows, numbers)
            .reshaped([batch.time, batch.width])
    }

    /// What was learned from as reward is told as reward and information.
    private func move(_ bonus: Double, in record: inout Record) {
        guard let bound = record.bound, let reward = bound.reward else { return }
        let nats = bonus * bound.context.rewardScale
        record.bound?.reward = reward - nats
        record.bound?.informationGain = nats
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var specification = policy.specification
        specification.joint.append(
            Factor(
                "p(w)", of: "w", given: [], .assumed,
                role: "normal weights of the dynamics around 0"))
        specification.posterior.append(
            Factor(
                "q(w)", of: "w", given: [], .learned,
                role: "independent normal weights of a network of the dynamics"))
        specification.terms =
            [.reward, .informationGain] + specification.terms.filter { $0 != .reward }
        return specification
    }

    /// Writes the policy's progress and the dynamics.
    public func saveProgress(to archive: Archive) throws {
        try policy.saveProgress(to: archive.scope("policy"))
        dynamics.save(to: archive.scope("dynamics"))
    }

    /// Reads what `saveProgress` wrote.
    public func loadProgress(from archive: Archive) throws {
        try policy.loadProgress(from: archive.scope("policy"))
        try dynamics.load(from: archive.scope("dynamics"))
    }
}
