import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistTorch

/// A policy that acts through options, inferred as a posterior with auxiliary variables (options:
/// Sutton, Precup and Singh 1999; auxiliary variables: Agakov and Barber 2004; Ranganath, Tran and
/// Blei 2016, arXiv 1511.02386; Maaløe et al. 2016, arXiv 1602.05473).
///
/// Repeat: roll out episodes with o_t from π(o | s_t, o_{t−1}) and a_t from π(a | s_t, o_t); fit the
/// reverse model q̃(o | s, a) to the options; let every decision answer for the terms of
///
///     L = E[Σ α r − log π(a | s, o) / p(a | s) − log π(o | s, o′)] + E[log q̃(o | s, a)]
///
/// that it has a part in; climb. With options summed out there is no reverse model to fit: L is then
/// E[Σ α r − log q(a_t | h_t) / p(a_t | s_t)].
///
/// Episodes are learned from when enough have ended. Those that run in other environments meanwhile
/// began with the policy before; they are scored under the present one.
public final class OptionAgent: Agent {
    /// The algorithm's settings.
    public let settings: OptionAgentSettings
    /// The updates, and the networks that they change.
    package let learner: OptionLearner
    private let world: World
    private var encoder: ObservationEncoder

    /// An agent that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or a prior that does
    ///   not suit them.
    public init(
        _ settings: OptionAgentSettings, world: World, using generator: inout Generator
    ) throws {
        let kind = try world.actionKind(for: "options", prior: settings.prior)
        self.settings = settings
        self.world = world
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.standardizesObservations)
        learner = OptionLearner(settings, kind: kind, features: encoder.width, using: &generator)
    }

    /// Episodes that have ended.
    public var diet: Diet { .episodes(count: settings.episodes) }

    /// No option.
    public func carry(for environments: Int) -> OptionCarry {
        OptionCarry(
            options: .noOption(of: settings.options, environments: environments),
            weights: settings.estimator == .gumbel
                ? Tensor.zeros([environments, settings.options]) : nil)
    }

    /// Draws options, then their actions; the most probable actions of drawn options where the mode
    /// is deterministic: the most probable options alone might never change.
    public func act(
        on arrival: Arrival, carrying carry: inout OptionCarry, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        carry.options.forgetOption(arrival.isFirst)
        let laws = learner.networks.laws(encoder(arrival.observations))
        if settings.estimator == .gumbel {
            return withoutGradient { relaxedAction(laws, &carry, mode, using: &generator) }
        }
        carry.options.rows = drawOptions(laws, carry.options.rows, using: &generator)
        let law = laws.heads.actions(of: Tensor(carry.options.rows))
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        return Action(
            values: ActionLaw.values(actions),
            columns: [(OptionTrajectories.optionColumn, carry.options.rows.map { [Float($0)] })])
    }

    private func drawOptions(
        _ laws: OptionLaws, _ previous: [Int], using generator: inout Generator
    ) -> [Int] {
        let count = settings.options
        let transitions = laws.logTransitions.exp().doubles()
        let first = laws.logFirst.exp().doubles()
        return previous.indices.map { row in
            let start = (row * count + max(previous[row], 0)) * count
            let law = Array(
                previous[row] < 0
                    ? first[row * count..<(row + 1) * count] : transitions[start..<start + count])
            return generator.categorical(law)
        }
    }

    /// The same with options relaxed by noise, which is stored with the step.
    private func relaxedAction(
        _ laws: OptionLaws, _ carry: inout OptionCarry, _ mode: ActingMode,
        using generator: inout Generator
    ) -> Action {
        let (rows, count) = (carry.options.rows.count, settings.options)
        let numbers = OptionRelaxation.noise(rows * count, using: &generator)
        let noise = Tensor(numbers, shape: [rows, count])
        let isFirst = Tensor(carry.options.rows.map { Float($0 < 0 ? 1 : 0) }, shape: [rows, 1])
        let going = OptionRelaxation.logMixture(carry.weights!, laws.logTransitions.exp())
        let logits = Tensor.where(
            (isFirst .> 0.5).expanded([rows, count]), laws.logFirst, going)
        let weights = OptionRelaxation.weights(
            logits, noise, heat: learner.heat, isHard: settings.straightThrough)
        let law = laws.heads.actions(mixedBy: weights)
        let actions = mode == .deterministic ? law.best : law.sample(using: &generator)
        carry.weights = weights
        carry.options.rows = weights.argmax(axis: 1).integers()
        return Action(
            values: ActionLaw.values(actions),
            columns: [
                (OptionTrajectories.optionColumn, carry.options.rows.map { [Float($0)] }),
                (
                    OptionTrajectories.noiseColumn,
                    (0..<rows).map { Array(numbers[$0 * count..<($0 + 1) * count]) }
                ),
            ])
    }

    /// One update.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .episodes(let episodes) = material else {
            fail("OptionAgent.learn", "not fed episodes")
        }
        let trajectories = OptionTrajectories(episodes) { encoder($0) }
        let update = try learner.update(trajectories)
        if settings.standardizesObservations {
            let batch = Batch(episodes)
            encoder.observe(batch.validObservations)
        }
        return [
            Record(
                .learning,
                metrics: [Metric("episodes", Double(episodes.count))] + update.metrics
                    + update.terms.metrics, bound: update.terms.bound)
        ]
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification { optionSpecification }

    /// Writes networks, optimizers and statistics.
    public func save(to archive: Archive) throws {
        learner.save(to: archive.scope("learner"))
        encoder.save(to: archive.scope("encoder"))
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try learner.load(from: archive.scope("learner"))
        try encoder.load(from: archive.scope("encoder"))
    }
}

extension OptionAgent {
    private var optionSpecification: BoundSpecification {
        var result = policySpecification(
            world: world, terms: [.reward, .actionConsistency], prior: settings.prior.rawValue,
            remembers: false,
            action: settings.estimator == .collapsed
                ? "options summed out by the forward filter of their law"
                : "auxiliary options, gradients by \(settings.estimator.rawValue)")
        let isExact = settings.estimator == .collapsed || settings.reverse == .exact
        result.joint.append(
            Factor(
                "q̃(o|s,a)", of: "o", given: ["s_1:T", "a_1:T"],
                isExact || settings.reverse == .none ? .assumed : .learned,
                role: isExact
                    ? "the posterior over options itself"
                    : "reverse model: \(settings.reverse.rawValue)"))
        result.posterior = [
            result.posterior[0],
            Factor(
                "π(o|s,o')", of: "o", given: ["s", "o'"], .learned,
                role: "going on with the option or selecting one, as one law"),
            Factor("π(a|s,o)", of: "a", given: ["s", "o"], .learned, role: "policies of options"),
        ]
        return result
    }
}
