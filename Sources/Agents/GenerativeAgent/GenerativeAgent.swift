import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistPlanning
import OptimistTorch

/// The generative agent (Marino and Yue 2019): it infers its state from what arrives and its action
/// by planning in its own model, and plans become habit.
///
///     L = E[Σ reward + information gain − state consistency − action consistency]
///
/// State inference is a filter in a recurrent state-space model; action inference combines the
/// habit p(a | z), as prior, with the imagined reward, as likelihood; learning maximizes the bound
/// over the model, the filter and the habit, and distils plans into the habit.
public final class GenerativeAgent: Agent {
    /// The algorithm's settings.
    public let settings: GenerativeAgentSettings
    let learner: any GenerativeLearning
    let world: World
    /// Episodes of training that have begun.
    private var episodes = 0
    /// Steps of training.
    private var steps = 0

    /// A generative agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` unless observations are vectors, and actions discrete or a
    ///   bounded box.
    public init(
        _ settings: GenerativeAgentSettings, world: World, using generator: inout Generator
    ) throws {
        self.settings = settings
        self.world = world
        learner = try Self.makeLearner(settings, world, using: &generator)
    }

    /// Sequences from the replay.
    public var diet: Diet {
        let learning = settings.learning
        return .replay(
            batch: learning.batch, window: learning.window, every: learning.every,
            updates: learning.updates)
    }

    /// Beliefs before anything has arrived.
    public func carry(for environments: Int) -> GenerativeCarry {
        GenerativeCarry(
            features: .zeros([environments] + learner.beliefShape),
            codes: .zeros([environments, learner.codeWidth]),
            past: learner.pastWidth.map { .zeros([environments, $0]) },
            episodes: .init(repeating: 0, count: environments))
    }

    /// Infers the state from what arrived, then the action.
    public func act(
        on arrival: Arrival, carrying carry: inout GenerativeCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        carry.reset(arrival.isFirst)
        if mode == .explore { count(arrival, &carry) }
        guard learner.updates > 0 else { return random(arrival, &carry, using: &generator) }
        let rewards = zip(arrival.rewards, arrival.isFirst).map { $1 ? 0 : Float($0) }
        carry.features = learner.infer(
            carry.features, doing: carry.codes,
            observations: arrival.observations,
            rewards: Tensor(rewards), isFirst: Tensor(arrival.isFirst.map { $0 ? Float(1) : 0 }),
            after: &carry.past, using: &generator)
        let choice = choice(mode, carry)
        let chosen = try learner.choose(choice, at: carry.features, using: &generator)
        carry.codes = chosen.codes
        return action(chosen, choice.plans ? .planned : .habit, carry)
    }

    /// Makes its updates on sequences from the replay.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .replay(let replay) = material else {
            fail("GenerativeAgent.learn", "not fed the replay")
        }
        return try learner.learn(from: replay, episodes: episodes, using: &generator)
    }

    /// Writes networks, optimizer, scales and counts.
    public func save(to archive: Archive) throws {
        learner.save(to: archive)
        archive.store(episodes, as: "episodes")
        archive.store(steps, as: "steps")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try learner.load(from: archive)
        episodes = try archive.value("episodes")
        steps = try archive.value("steps")
    }
}

extension GenerativeAgent {
    private func count(_ arrival: Arrival, _ carry: inout GenerativeCarry) {
        steps += arrival.count
        for (index, isFirst) in arrival.isFirst.enumerated() where isFirst {
            episodes += 1
            carry.episodes[index] = episodes
        }
    }

    /// How to choose in a mode. While exploring, every so many rounds of episodes are lived by habit,
    /// so that the habit is trained on where it leads itself: a round is an episode of each copy of
    /// the environment, which are stepped together and live it together.
    private func choice(_ mode: ActingMode, _ carry: GenerativeCarry) -> GenerativeChoice {
        switch mode {
        case .explore:
            let copies = max(carry.episodes.count, 1)
            let round = ((carry.episodes.max() ?? 0) + copies - 1) / copies
            let byHabit = settings.habitEvery > 0 && round % settings.habitEvery == 0
            let noise = steps <= settings.explorationSteps ? settings.explorationNoise : 0
            return GenerativeChoice(plans: !byHabit, draws: true, noise: noise, isTraining: true)
        case .sample: return GenerativeChoice(plans: true, draws: true)
        case .habit: return GenerativeChoice(plans: false, draws: false)
        default: return GenerativeChoice(plans: true, draws: false)
        }
    }

    private func random(
        _ arrival: Arrival, _ carry: inout GenerativeCarry, using generator: inout Generator
    ) -> Action {
        let space = world.actionSpace
        let values: [Float]
        if case .discrete(let count) = space.kind {
            values = (0..<arrival.count).map { _ in Float(generator.integer(below: count)) }
        } else {
            values = (0..<arrival.count * space.width).map { _ in
                Float(2 * generator.uniform() - 1)
            }
        }
        return action(
            ChosenActions(
                values: values, codes: carry.codes,
                plans: .init(repeating: 0, count: arrival.count * learner.planWidth)),
            .random, carry)
    }

    private func action(
        _ chosen: ChosenActions, _ origin: PlanColumn.Origin, _ carry: GenerativeCarry
    ) -> Action {
        let width = learner.planWidth
        let rows = carry.episodes.enumerated().map { index, episode in
            PlanColumn.row(
                origin, episode: episode,
                plan: chosen.plans[index * width..<(index + 1) * width])
        }
        return Action(values: chosen.values, columns: [(PlanColumn.name, rows)])
    }
}

extension ActingMode {
    /// With planning: the posterior's best action.
    public static let planned = ActingMode("planned")
    /// Without: the habit's best action.
    public static let habit = ActingMode("habit")
}

/// What a generative agent believes and did last, one row for each environment.
public struct GenerativeCarry: CarryState {
    /// (h, z), `[env, features]`, or `[env, particle, features]` where several filters are kept.
    public var features: Tensor
    /// The last action as the networks take it, `[env, code]`.
    public var codes: Tensor
    /// What was seen last as a flow over observations takes it, `[env, past]`; nil without a flow.
    var past: Tensor?
    /// The number of each environment's episode of training.
    var episodes: [Int]

    /// Forgets where an episode starts.
    mutating func reset(_ isFirst: [Bool]) {
        guard isFirst.contains(true) else { return }
        let kept = Tensor(isFirst.map { $0 ? Float(0) : 1 }, shape: [isFirst.count, 1])
        features = features * (features.rank == 3 ? kept.unsqueezed(axis: 2) : kept)
        codes = codes * kept
        past = past.map { $0 * kept }
    }

    /// Writes every row.
    public func save(to archive: Archive) throws {
        archive.store(features, as: "features")
        archive.store(codes, as: "codes")
        if let past { archive.store(past, as: "past") }
        archive.store(episodes, as: "episodes")
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        features = try archive.tensor("features", like: features)
        codes = try archive.tensor("codes", like: codes)
        past = try past.map { try archive.tensor("past", like: $0) }
        let saved: [Int] = try archive.value("episodes")
        guard saved.count == episodes.count else {
            throw archive.invalid("episodes", "there are \(saved.count), not \(episodes.count)")
        }
        episodes = saved
    }
}

extension GenerativeAgent: BeliefReporting {
    /// (h, z) after the filter's last step, `[env, hidden + latent]`: the mean over particles.
    public func beliefFeatures(of carry: GenerativeCarry) -> Tensor {
        carry.features.rank == 3 ? carry.features.mean(axis: 1) : carry.features
    }
}
