import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistPlanning
import OptimistTorch

/// Probabilistic ensembles with trajectory sampling (Chua, Calandra, McAllister and Levine 2018).
///
/// Fit an ensemble of probabilistic networks to all that was seen; act by planning in it, anew at
/// every step, with what is uncertain carried along by particles.
///
/// As inference: the posterior over action sequences is a point found by a planner; states are
/// drawn from the learned prior, so that state consistency is 0; the ensemble stands for
/// p(parameters | data).
public final class PETS: Agent {
    /// The algorithm's settings.
    public let settings: PETSSettings
    /// The ensemble, with the world's known functions.
    public let dynamics: EnsembleDynamics
    private let world: World
    private let planner: any Planner
    private let box: ActionBox
    private var planned = PlannedReward()

    /// A PETS that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` unless observations are vectors and actions a bounded box.
    public init(
        _ settings: PETSSettings, world: World, using generator: inout Generator
    ) throws {
        guard case .box = world.observationSpace.kind else {
            throw AgentError.unsuitable(
                algorithm: "pets", world: world.name,
                reason: "it models vectors of numbers, and observations are "
                    + world.observationSpace.kindInWords)
        }
        guard world.actionSpace.isBounded else {
            throw AgentError.unsuitable(
                algorithm: "pets", world: world.name,
                reason: "it plans in a box of actions with finite bounds, and actions are "
                    + world.actionSpace.kindInWords
                    + (world.actionSpace.isDiscrete ? "" : " without such bounds"))
        }
        self.settings = settings
        self.world = world
        planner = settings.planner.make()
        box = ActionBox(-1, 1, width: world.actionSpace.width)
        dynamics = EnsembleDynamics(
            settings.dynamics, observations: world.observationSpace, actions: world.actionSpace,
            reward: settings.usesKnownFunctions ? world.knownReward : nil,
            termination: settings.usesKnownFunctions ? world.knownTermination : nil,
            using: &generator)
        // Particles that cannot be shared are refused now, not at the first plan.
        _ = try scorer(from: Tensor.zeros([1, world.observationSpace.width]))
    }

    /// Everything that was seen, from time to time.
    public var diet: Diet {
        .all(every: settings.refitEvery, orEpisodeEnd: settings.refitsAtEpisodeEnd)
    }

    /// Plans where the next search starts, one for each environment.
    public func carry(for environments: Int) -> PlanCarry {
        PlanCarry(
            memory: PlanMemory(
                states: environments, horizon: settings.planner.horizon, box: box))
    }

    /// Plans from each observation and takes the first action; at random before the first fit.
    public func act(
        on arrival: Arrival, carrying carry: inout PlanCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        carry.memory.reset(arrival.isFirst, box: box)
        guard dynamics.ensemble.fits > 0 else {
            return Action(values: box.uniform([arrival.count], using: &generator).floats())
        }
        let problem = PlanningProblem(
            states: arrival.count, horizon: settings.planner.horizon, box: box,
            scorer: try scorer(from: arrival.observations.flattened(from: 1)))
        let plan = try planner.plan(problem, from: &carry.memory, using: &generator)
        let actions = plan.first.floats()
        carry.memory.shift(appending: planner.fill(for: carry.memory, in: box))
        if mode == .explore { planned.add(plan, horizon: settings.planner.horizon) }
        return Action(values: actions)
    }

    /// Fits the ensemble to all that was seen, from where it stands.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .all(let replay) = material else { fail("PETS.learn", "not fed everything") }
        let fit = try dynamics.fit(replay.allTransitions(), using: &generator)
        defer { planned = PlannedReward() }
        return [
            Record(
                .learning,
                metrics: [
                    Metric("dynamics.loss", fit.loss),
                    Metric("dynamics.epochs", Double(fit.epochs)),
                    Metric("dynamics.updates", Double(fit.updates)),
                    Metric("dynamics.transitions", Double(replay.count)),
                ]
                    + (fit.holdoutErrors ?? []).enumerated().map {
                        Metric("dynamics.holdoutError.\($0)", $1)
                    },
                bound: planned.bound)
        ]
    }

    private func scorer(from observations: Tensor) throws -> EnsembleScorer {
        try EnsembleScorer(
            dynamics, from: observations, propagation: settings.propagation,
            particles: settings.particles, sharesNoise: settings.sharesNoise,
            limitsReward: settings.limitsReward)
    }

    /// Writes the world model and what plans promised since the last fit.
    public func save(to archive: Archive) throws {
        dynamics.save(to: archive.scope("dynamics"))
        archive.store(planned, as: "planned")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try dynamics.load(from: archive.scope("dynamics"))
        planned = try archive.value("planned")
    }
}

/// What plans promised per step, since the last fit.
struct PlannedReward: Codable {
    private var sum = 0.0
    private var squares = 0.0
    private var count = 0

    mutating func add(_ plan: Plan, horizon: Int) {
        for score in plan.expectedScore.doubles() where score.isFinite {
            let reward = score / Double(horizon)
            sum += reward
            squares += reward * reward
            count += 1
        }
    }

    /// The reward term alone: states are drawn from the model's prior, actions have none.
    var bound: Bound<Double>? {
        guard count > 1 else { return nil }
        let mean = sum / Double(count)
        let variance = max(0, squares / Double(count) - mean * mean)
        let error = (variance / Double(count - 1)).squareRoot()
        return .perStep(
            count, source: .imagination,
            reward: Estimate(mean: mean, standardError: error, count: count))
    }
}

/// A warm start of planning for each environment.
public struct PlanCarry: CarryState {
    /// The plans, moved on by one step.
    public var memory: PlanMemory

    /// Writes plans and elites.
    public func save(to archive: Archive) throws {
        archive.store(memory.mean, as: "mean")
        if let elites = memory.elites { archive.store(elites, as: "elites") }
    }

    /// Reads what `save` wrote.
    public mutating func load(from archive: Archive) throws {
        memory.mean = try archive.tensor("mean", like: memory.mean)
        memory.elites = archive.contains("elites") ? try archive.tensor("elites") : nil
    }
}
