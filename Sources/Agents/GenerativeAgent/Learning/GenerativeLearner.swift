import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// What a generative agent does that depends on the kind of its actions.
protocol GenerativeLearning: AnyObject {
    /// The size of h and of z.
    var sizes: (hidden: Int, latent: Int) { get }
    /// Numbers in an action as the networks take it.
    var codeWidth: Int { get }
    /// Numbers in a stored plan.
    var planWidth: Int { get }
    /// Updates made.
    var updates: Int { get }

    /// Numbers in what is believed of a row, without the axis of rows: `[features]`, or
    /// `[particle, features]` where several filters are kept.
    var beliefShape: [Int] { get }

    /// Numbers in what a flow over observations takes of what was seen before; nil without a flow.
    var pastWidth: Int? { get }

    /// One step of the filter: `[env, ...]` of `[env, ...]`; `past` moves on, where there is one.
    func infer(
        _ features: Tensor, doing codes: Tensor, observations: Tensor, rewards: Tensor,
        isFirst: Tensor, after past: inout Tensor?, using generator: inout Generator
    ) -> Tensor
    /// Actions for what is believed, `[env, ...]`.
    func choose(
        _ choice: GenerativeChoice, at features: Tensor, using generator: inout Generator
    ) throws -> ChosenActions
    /// A round of updates.
    func learn(
        from replay: Replay, episodes: Int, using generator: inout Generator
    ) throws -> [Record]
    /// The bound of whole episodes that were lived with plan columns.
    func bound(
        of episodes: [Episode], _ request: BoundRequest, using generator: inout Generator
    ) -> EpisodeBound?
    /// Whether the model predicts that a task ends.
    var endings: Bool { get }
    /// How actions are inferred, in words.
    var actionRole: String { get }

    func save(to archive: Archive)
    func load(from archive: Archive) throws
}

/// How a generative agent is to choose.
struct GenerativeChoice {
    /// Whether it plans, or acts by habit.
    var plans: Bool
    /// Whether it draws from the posterior, or takes its best action.
    var draws: Bool
    /// Noise added to the action.
    var noise = 0.0
    /// Whether it is a step of training, whose plans are counted in the records.
    var isTraining = false
}

/// What a generative agent chose.
struct ChosenActions {
    /// In the agent's units, row after row.
    var values: [Float]
    /// As the networks take them, `[env, code]`.
    var codes: Tensor
    /// What is stored of plans, row after row; zeros where none was made.
    var plans: [Float]
}

/// The networks of a generative agent with what acts and learns by them.
final class GenerativeLearner<H: Habit>: GenerativeLearning {
    let networks: GenerativeNetworks<H>
    let settings: GenerativeAgentSettings
    private let planner: any PosteriorPlanner<H.Law>
    /// Where the planner learns from its plans.
    private let plannerTraining: PlannerTraining<H.Law>?
    private let target: MultilayerPerceptron
    /// The habit as it was, which a trust region keeps the new one near to.
    private let olderHabit: H?
    private let optimizer: Adam
    private(set) var scales: ArrivalScales
    private var plans = PlanStatistics()
    private(set) var updates = 0

    init(
        _ settings: GenerativeAgentSettings, networks: GenerativeNetworks<H>,
        planner: any PosteriorPlanner<H.Law>
    ) {
        self.settings = settings
        self.networks = networks
        self.planner = planner
        plannerTraining = PlannerTraining(
            of: planner, learningRate: settings.planner.networkRate,
            clippingNorm: settings.learning.clippingNorm)
        target = networks.value.copied()
        olderHabit = networks.trustRegion.map { _ in networks.habit.copied() }
        optimizer = Adam(
            networks.parameters, learningRate: settings.learning.learningRate, epsilon: 1e-5)
        scales = ArrivalScales(observations: networks.observationCode.storedWidth)
    }

    var sizes: (hidden: Int, latent: Int) {
        (networks.model.dynamics.hiddenSize, networks.model.dynamics.latentSize)
    }
    var beliefShape: [Int] {
        let particles = settings.beliefParticles
        return (particles > 0 ? [particles] : []) + [sizes.hidden + sizes.latent]
    }
    var codeWidth: Int { networks.habit.codeWidth }
    var pastWidth: Int? { networks.model.flow.map { $0.lags * $0.size } }
    var planWidth: Int { networks.habit.planWidth }
    var endings: Bool { networks.model.ending != nil }
    var actionRole: String { "\(settings.planner.kind.rawValue), then habit" }

    var imagination: GenerativeImagination<H> {
        GenerativeImagination(
            networks: networks, scales: scales, rewardScale: settings.rewardScale,
            informationSamples: settings.informationSamples,
            informationEstimator: settings.informationEstimator)
    }

    private var planningObjective: PlanningObjective {
        var objective = settings.planner.objective(discount: settings.discount)
        objective.measuresInformation =
            objective.measuresInformation || settings.measuresInformation
        return objective
    }

    func infer(
        _ features: Tensor, doing codes: Tensor, observations: Tensor, rewards: Tensor,
        isFirst: Tensor, after past: inout Tensor?, using generator: inout Generator
    ) -> Tensor {
        withoutGradient {
            let dynamics = networks.model.dynamics
            let arrivals = LatentArrivals(
                observations: networks.observationCode.encoded(
                    observations, batch: [features.shape[0]], scales),
                rewards: scales.standardize(rewards), isFirst: isFirst,
                ended: Tensor.zeros(like: isFirst), actions: codes, past: past)
            if let flow = networks.model.flow, let before = past {
                past = flow.past(before, followedBy: arrivals.observations)
            }
            if features.rank == 3 {
                return networks.model.particleStep(features, arrivals: arrivals, using: &generator)
            }
            let noise = networks.model.noise([features.shape[0]], using: &generator)
            return networks.model.step(
                LatentState(features: features, hidden: dynamics.hiddenSize), arrivals: arrivals,
                noise: noise
            ).state.features
        }
    }

    func choose(
        _ choice: GenerativeChoice, at features: Tensor, using generator: inout Generator
    ) throws -> ChosenActions {
        try withoutGradient {
            let habit = networks.habit
            var law = habitLaw(features)
            var stored = [Float](repeating: 0, count: features.shape[0] * habit.planWidth)
            if choice.plans {
                let plan = try plan(at: features, choice.isTraining, using: &generator)
                stored = habit.stored(plan, using: &generator).floats()
                law = plan.first
            }
            var raw = choice.draws ? law.sample(using: &generator) : habit.best(law)
            if choice.noise > 0 {
                raw = habit.perturbed(raw, deviation: choice.noise, using: &generator)
            }
            return ChosenActions(
                values: habit.values(raw), codes: habit.code(raw).to(.float32), plans: stored)
        }
    }

    /// In training the planner learns from its plans, where it can, and they are counted.
    private func plan(
        at features: Tensor, _ isTraining: Bool, using generator: inout Generator
    ) throws -> ActionPosterior<H.Law> {
        if let beliefImagination {
            return try plan(in: beliefImagination, from: features, isTraining, using: &generator)
        }
        return try plan(in: imagination, from: features, isTraining, using: &generator)
    }

    private func plan(
        in model: some ImaginationModel<H.Law>, from features: Tensor, _ isTraining: Bool,
        using generator: inout Generator
    ) throws -> ActionPosterior<H.Law> {
        let objective = planningObjective
        guard isTraining else {
            return try planner.infer(
                in: model, from: features, toward: objective, using: &generator)
        }
        let plan =
            try plannerTraining?.infer(
                in: model, from: features, toward: objective, using: &generator)
            ?? planner.infer(in: model, from: features, toward: objective, using: &generator)
        plans.add(plan)
        return plan
    }
}

extension GenerativeLearner {
    func learn(
        from replay: Replay, episodes: Int, using generator: inout Generator
    ) throws -> [Record] {
        try scales.fit(
            replay, enough: settings.scalingSteps, binaryRewards: settings.model.binaryRewards)
        let learning = settings.learning
        if updates == 0 {
            for _ in 0..<learning.pretraining {
                _ = try update(replay, episodes, modelAlone: true, using: &generator)
            }
        }
        var losses = LossSums()
        var last: GenerativeObjective<H>.Result!
        for _ in 0..<learning.updates {
            last = try update(replay, episodes, modelAlone: false, using: &generator)
            losses.add(last)
            updates += 1
        }
        defer { plans = PlanStatistics() }
        // Of its own stream: what is measured leaves no trace in what is learned.
        var measuring = generator.split("record").split(updates)
        return [record(losses.metrics + plans.metrics, last, using: &measuring)]
    }

    /// β after the updates so far: 0, then rising evenly.
    var marginalWeight: Double {
        let risen = Double(updates - settings.marginalStart) / Double(settings.marginalRise)
        return settings.marginalGradient.weight(settings.marginalWeight) * min(max(risen, 0), 1)
    }

    private func update(
        _ replay: Replay, _ episodes: Int, modelAlone: Bool, using generator: inout Generator
    ) throws -> GenerativeObjective<H>.Result {
        let learning = settings.learning
        let sample = replay.sampleWindows(learning.batch, length: learning.window)
        let objective = self.objective(marginalWeight: modelAlone ? 0 : marginalWeight)
        let (target, unit) = (target, networks.valueUnit)
        let result = objective.evaluate(
            GenerativeBatch(sample, networks: networks, scales: scales),
            distillingSince: episodes - learning.distilledEpisodes,
            target: modelAlone ? nil : { GenerativeNetworks<H>.nats(target, $0, unit) },
            using: &generator)
        let norm = optimizer.minimize(
            result.loss, clippingNorm: learning.clippingNorm, allowUnused: true)
        if !norm.isFinite {
            throw AgentError.notFinite(
                term: "gradient", detail: "\(norm) in update \(updates) of the generative agent")
        }
        target.moveParameters(toward: networks.value, weight: learning.targetRate)
        olderHabit?.moveParameters(toward: networks.habit, weight: learning.habitRate)
        return result
    }

    func objective(marginalWeight: Double) -> GenerativeObjective<H> {
        GenerativeObjective(
            networks: networks, imagination: imagination, settings: settings,
            marginalWeight: marginalWeight, olderHabit: olderHabit)
    }

    func save(to archive: Archive) {
        networks.save(to: archive.scope("networks"))
        target.save(to: archive.scope("target"))
        olderHabit?.save(to: archive.scope("olderHabit"))
        optimizer.save(to: archive.scope("optimizer"))
        plannerTraining?.save(to: archive.scope("planner"))
        archive.store(scales, as: "scales")
        archive.store(plans, as: "plans")
        archive.store(updates, as: "updates")
    }

    func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try target.load(from: archive.scope("target"))
        try olderHabit?.load(from: archive.scope("olderHabit"))
        try optimizer.load(from: archive.scope("optimizer"))
        try plannerTraining?.load(from: archive.scope("planner"))
        scales = try archive.value("scales")
        plans = try archive.value("plans")
        updates = try archive.value("updates")
    }
}
