import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistTorch

/// Posterior sampling in tables (Strens 2000; Osband, Van Roy and Russo 2013, arXiv 1306.0940), and
/// Thompson sampling (Thompson 1933) where there is one state.
///
/// For each episode one model is drawn from p(model | data), which counts tell exactly, and its plan
/// is followed: π = E[π*_model], actions by the probability that they are the best. All that is known
/// of the world beforehand are the numbers of states and actions.
public final class PSRL: Agent {
    /// The algorithm's settings.
    public let settings: PSRLSettings
    private let world: World
    private let sizes: TabularWorld
    private var models: PosteriorSampling
    private var bandit: ThompsonBandit?
    private let judge: RegretJudge?
    private var totalRegret = 0.0

    /// The names of the columns of steps that hold what the plan begun there will lose in
    /// expectation, and log π / p of the action where plans are soft.
    static let regretColumn = "regret"
    static let costColumn = "cost"

    /// A sampler that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for worlds that are no tables, and settings that do not suit
    ///   a bandit, or suit one alone.
    public init(_ settings: PSRLSettings, world: World, using generator: inout Generator) throws {
        sizes = try TabularWorld(world, algorithm: "posterior-sampling")
        (self.settings, self.world) = (settings, world)
        if settings.arms == .bernoulli, sizes.states > 1 {
            throw AgentError.unsuitable(
                algorithm: "posterior-sampling", world: world.name,
                reason: "arms=bernoulli is for bandits, which have one state, and it has "
                    + "\(sizes.states): leave arms=gaussian")
        }
        if settings.rewardScale != nil, sizes.states == 1 {
            throw AgentError.unsuitable(
                algorithm: "posterior-sampling", world: world.name,
                reason: "rewardScale is for plans, and a bandit has none: leave it out")
        }
        models = PosteriorSampling(
            TabularPosterior(
                states: sizes.states, actions: sizes.actions, hasEnd: settings.endsEpisodes,
                prior: settings.prior),
            horizon: settings.horizon,
            planning: settings.rewardScale.map { .soft(rewardScale: $0) } ?? .hard)
        bandit =
            sizes.states == 1
            ? ThompsonBandit(arms: sizes.actions, prior: settings.banditPrior) : nil
        judge = try world.table.map { try RegretJudge($0, horizon: settings.horizon) }
    }

    /// Every episode when it has ended.
    public var diet: Diet { .episodes(count: 1) }

    /// No plan.
    public func carry(for environments: Int) -> RowCarry<Followed<[[Double]]>> {
        let (horizon, width) = (settings.horizon, sizes.states * sizes.actions)
        return RowCarry(Followed(content: []), environments: environments) {
            (0...$0.content.count).contains($0.steps)
                && ($0.content.isEmpty || $0.content.count == horizon)
                && $0.content.allSatisfy { $0.count >= width }
        }
    }

    /// Follows the plan of the model that was drawn; of the mean model where the mode is
    /// deterministic.
    public func act(
        on arrival: Arrival, carrying carry: inout RowCarry<Followed<[[Double]]>>,
        mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        let states = TabularWorld.states(arrival.observations)
        var (values, regrets, costs) = ([Float](), [Float](), [Float]())
        for (row, state) in states.enumerated() {
            if bandit != nil {
                let arm = self.arm(mode, using: &generator)
                values.append(Float(arm))
                regrets.append(Float(judge?.regret(ofArm: arm) ?? 0))
                costs.append(0)
                continue
            }
            var regret = 0.0
            if arrival.isFirst[row] || carry.rows[row].steps == carry.rows[row].content.count {
                carry.rows[row] = Followed(content: try plan(mode, using: &generator))
                regret = try judge?.regret(of: carry.rows[row].content) ?? 0
            }
            let first = state * sizes.actions
            let step = carry.rows[row].steps
            let law = Array(carry.rows[row].content[step][first..<first + sizes.actions])
            let action = law.firstIndex(of: 1) ?? generator.categorical(law)
            carry.rows[row].steps += 1
            values.append(Float(action))
            regrets.append(Float(regret))
            costs.append(Float(log(law[action] * Double(sizes.actions))))
        }
        return Action(
            values: values,
            columns: [
                (Self.regretColumn, regrets.map { [$0] }), (Self.costColumn, costs.map { [$0] }),
            ])
    }

    private func arm(_ mode: ActingMode, using generator: inout Generator) -> Int {
        guard mode == .deterministic else { return bandit!.act(using: &generator) }
        let means = (0..<sizes.actions).map { bandit!.mean(of: $0) }
        return means.firstIndex(of: means.max()!)!
    }

    private func plan(_ mode: ActingMode, using generator: inout Generator) throws -> [[Double]] {
        if mode == .deterministic {
            let program = try SoftDynamicProgramming(models.posterior.mean, objective: .hard)
            return try program.solve(horizon: settings.horizon).policy
        }
        var sampler = models
        try sampler.beginEpisode(using: &generator)
        return sampler.policy
    }

    /// Counts what happened.
    ///
    /// - Throws: `AgentError.unsuitable` where an episode ended and none was expected to;
    ///   `PosteriorSamplingError.reward` where an arm paid what its likelihood rules out.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .episodes(let episodes) = material else {
            fail("PSRL.learn", "not fed episodes")
        }
        return try episodes.map { try learn($0) }
    }

    private func learn(_ episode: Episode) throws -> Record {
        guard case .floats(let states) = episode.observations else {
            fail("PSRL.learn", "states as bytes")
        }
        var information = 0.0
        for step in 0..<episode.count {
            let (action, reward) = (Int(episode.actions[step]), episode.rewards[step])
            if bandit != nil {
                try bandit!.update(arm: action, reward: reward)
                continue
            }
            let state = Int(states[step])
            let isEnd = step + 1 == episode.count && episode.ending == .terminated
            if isEnd && !settings.endsEpisodes {
                throw AgentError.unsuitable(
                    algorithm: "posterior-sampling", world: world.name,
                    reason: "an episode ended by itself, and models that are drawn have no end: "
                        + "set endsEpisodes=true")
            }
            let time = step % settings.horizon
            let successor: TabularPosterior.Successor =
                isEnd ? .end : .state(Int(states[step + 1]))
            if time + 1 < settings.horizon {
                information += models.posterior.informationGain(
                    state: state, action: action, successor: successor)
            }
            models.update(
                state: state, action: action, reward: reward, successor: successor, step: time)
        }
        return record(episode, information)
    }

    private func record(_ episode: Episode, _ information: Double) -> Record {
        var metrics = bandit == nil ? [Metric("model.informationGain", information)] : []
        // A plan that begins within an episode has no expected regret of its own here.
        if judge != nil, episode.count <= settings.horizon {
            let regret = episode.columns[Self.regretColumn]!.values.reduce(0) { $0 + Double($1) }
            totalRegret += regret
            metrics += [Metric("regret", regret), Metric("regret.total", totalRegret)]
        }
        let scale = settings.rewardScale ?? 1
        let reward = Estimate(of: episode.rewards.map { $0 * scale })
        let cost = Estimate(of: episode.columns[Self.costColumn]!.values.map(Double.init))
        return Record(
            .learning, metrics: metrics,
            bound: .perStep(
                episode.count, source: .rollout, rewardScale: scale, reward: reward,
                actionConsistency: settings.rewardScale == nil ? nil : cost))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var result = policySpecification(
            world: world,
            terms: settings.rewardScale == nil ? [.reward] : [.reward, .actionConsistency],
            prior: "uniform", remembers: false,
            action: "exact plans of a model drawn from the posterior")
        result.joint.insert(
            Factor(
                "p(model)", of: "model", given: [], .assumed,
                role: bandit == nil
                    ? "Dirichlet transitions, normal mean rewards"
                    : "\(settings.arms.rawValue) arms"
            ), at: 0)
        result.posterior.insert(
            Factor(
                "p(model|data)", of: "model", given: ["data"], .learned,
                role: "exact, by counts; one draw an episode"), at: 0)
        return result
    }

    /// Writes all counts.
    public func save(to archive: Archive) throws {
        archive.store(models, as: "models")
        if let bandit { archive.store(bandit, as: "bandit") }
        archive.store(totalRegret, as: "totalRegret")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        let found: PosteriorSampling = try archive.value("models")
        guard found.posterior.states == sizes.states, found.posterior.actions == sizes.actions,
            found.horizon == settings.horizon
        else { throw archive.invalid("models", "its sizes are not those of this world") }
        models = found
        if bandit != nil {
            let arms: ThompsonBandit = try archive.value("bandit")
            guard arms.counts.count == sizes.actions else {
                throw archive.invalid("bandit", "it has \(arms.counts.count) arms")
            }
            bandit = arms
        }
        totalRegret = try archive.value("totalRegret")
    }
}
