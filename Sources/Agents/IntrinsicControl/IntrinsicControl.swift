import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistTorch

/// Variational intrinsic control (Gregor, Rezende and Wierstra 2016, arXiv 1611.07507) with tables:
/// learns options whose ends tell them apart, without any reward.
///
/// As inference: the bound with options and reward 0, with a reverse model q(o | s_0, s_f) that sees
/// only where an option began and where it ended. What is maximized, E[log q − log p(o | s_0)], is a
/// bound on the information I(o; s_f | s_0) that the agent has over its own future.
///
/// Options make all their steps. Where an episode is cut within one, nothing is learned from it.
public final class IntrinsicControl: Agent {
    /// The algorithm's settings.
    public let settings: IntrinsicControlSettings
    private let world: World
    private let sizes: TabularWorld
    private var explicit: VariationalIntrinsicControl
    private var implicit: ImplicitIntrinsicControl
    private let judge: ControlJudge?
    private var rewards: [Double] = []

    /// The names of the columns of steps that hold the option and the step within it.
    static let optionColumn = "option"
    static let stepColumn = "step"

    /// A learner that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for worlds that are no tables.
    public init(
        _ settings: IntrinsicControlSettings, world: World, using generator: inout Generator
    ) throws {
        sizes = try TabularWorld(world, algorithm: "intrinsic-control")
        (self.settings, self.world) = (settings, world)
        explicit = VariationalIntrinsicControl(
            states: sizes.states, actions: sizes.actions, settings: settings.explicit)
        implicit = ImplicitIntrinsicControl(
            states: sizes.states, actions: sizes.actions, settings: settings.implicit)
        judge = world.table.flatMap { ControlJudge($0, horizon: settings.horizon) }
    }

    /// Every episode when it has ended.
    public var diet: Diet { .episodes(count: 1) }

    /// No option.
    public func carry(for environments: Int) -> RowCarry<Followed<Int>> {
        let (options, steps) = (0..<settings.options, 0...settings.horizon)
        return RowCarry(Followed(content: 0), environments: environments) {
            options.contains($0.content) && steps.contains($0.steps)
        }
    }

    /// Follows the option in force, or draws another one where it has made its steps.
    public func act(
        on arrival: Arrival, carrying carry: inout RowCarry<Followed<Int>>, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        let states = TabularWorld.states(arrival.observations)
        var (values, steps) = ([Float](), [Float]())
        for (row, state) in states.enumerated() {
            if arrival.isFirst[row] || carry.rows[row].steps == settings.horizon {
                carry.rows[row] = Followed(
                    content: settings.form == .explicit
                        ? explicit.chooseOption(from: state, using: &generator) : 0)
            }
            let step = carry.rows[row].steps
            let action: Int
            switch settings.form {
            case .explicit:
                action = explicit.act(
                    option: carry.rows[row].content, state: state, explores: mode == .explore,
                    using: &generator)!
            case .implicit:
                action = implicit.act(step: step, state: state, using: &generator)
            }
            values.append(Float(action))
            steps.append(Float(step))
            carry.rows[row].steps += 1
        }
        return Action(
            values: values,
            columns: [
                (Self.optionColumn, carry.rows.map { [Float($0.content)] }),
                (Self.stepColumn, steps.map { [$0] }),
            ])
    }

    /// Learns from the options of an episode.
    ///
    /// - Throws: `EmpowermentError`.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .episodes(let episodes) = material else {
            fail("IntrinsicControl.learn", "not fed episodes")
        }
        var start = 0
        for episode in episodes {
            guard case .floats(let states) = episode.observations else {
                fail("IntrinsicControl.learn", "states as bytes")
            }
            start = Int(states[0])
            for range in options(of: episode) {
                rewards.append(
                    learn(
                        option: Int(episode.columns[Self.optionColumn]!.values[range.lowerBound]),
                        states: states[range.lowerBound...range.upperBound].map { Int($0) },
                        actions: episode.actions[range].map { Int($0) }))
            }
        }
        guard rewards.count >= settings.reportEvery else { return [] }
        defer { rewards = [] }
        return [try record(from: start)]
    }

    /// The steps of each option that was carried to its end.
    private func options(of episode: Episode) -> [Range<Int>] {
        let steps = episode.columns[Self.stepColumn]!.values
        return steps.indices.filter { steps[$0] == 0 }.compactMap { first in
            let last = min(first + settings.horizon, episode.count)
            let isWhole =
                last == first + settings.horizon
                || last == episode.count && episode.ending == .terminated
            return isWhole ? first..<last : nil
        }
    }

    private func learn(option: Int, states: [Int], actions: [Int]) -> Double {
        guard settings.form == .explicit else {
            return implicit.learn(states: states, actions: actions)
        }
        var episode = OptionEpisode(option: option, start: states[0])
        for (step, action) in actions.enumerated() {
            episode.append(action: action, next: states[step + 1])
        }
        return explicit.learn(from: episode)
    }

    /// The bound on the information since the last record, beside the exact information and the most
    /// that there is, from the start of the last episode.
    private func record(from start: Int) throws -> Record {
        let estimate = Estimate(of: rewards)
        var metrics = [Metric("options", Double(rewards.count))]
        if let judge {
            let exact =
                settings.form == .explicit
                ? try judge.information(of: explicit, from: start)
                : judge.information(of: implicit, from: start)
            metrics += [Metric("information.exact", exact)]
            if let most = try judge.empowerment(from: start) {
                metrics.append(Metric("empowerment.exact", most))
            }
        }
        return Record(
            .learning, metrics: metrics + [Metric("information.bound", estimate.mean)],
            bound: .perStep(
                rewards.count * settings.horizon, source: .rollout,
                extras: [("information", estimate / Double(settings.horizon))]))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var result = policySpecification(
            world: world, terms: [], prior: "the options' own", remembers: false,
            action: "options that their ends tell apart"
        ).withoutReward
        let isExplicit = settings.form == .explicit
        result.joint.append(
            isExplicit
                ? Factor(
                    "q(o|s_0,s_f)", of: "o", given: ["s_0", "s_f"], .learned, role: "reverse model")
                : Factor(
                    "q(a_t|s_t,s_f)", of: "a", given: ["s", "s_f"], .learned,
                    role: "reverse model of each step"))
        if isExplicit {
            result.posterior.append(
                Factor("p(o|s_0)", of: "o", given: ["s_0"], .learned, role: "options"))
        }
        return result
    }

    /// Writes all that was learned.
    public func save(to archive: Archive) throws {
        if settings.form == .explicit { archive.store(explicit, as: "explicit") }
        if settings.form == .implicit { archive.store(implicit, as: "implicit") }
        archive.store(rewards, as: "rewards")
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        switch settings.form {
        case .explicit:
            let found: VariationalIntrinsicControl = try archive.value("explicit")
            guard found.settings == explicit.settings, found.states == sizes.states,
                found.actions == sizes.actions
            else { throw archive.invalid("explicit", "it is of other settings or another world") }
            explicit = found
        case .implicit:
            let found: ImplicitIntrinsicControl = try archive.value("implicit")
            guard found.settings == implicit.settings, found.states == sizes.states,
                found.actions == sizes.actions
            else { throw archive.invalid("implicit", "it is of other settings or another world") }
            implicit = found
        }
        rewards = try archive.value("rewards")
    }
}
