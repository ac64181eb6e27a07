import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistTorch

/// The option-critic (Bacon, Harb and Precup 2017, arXiv 1609.05140), with tables or with networks
/// and several steps at a time (Harb et al. 2018, arXiv 1709.04571).
///
/// Call an option, follow it until it ends, call another: by turns a better policy within options,
/// better terminations, and the values of both. It is the relative of `OptionAgent` without a
/// reverse model, for plain returns: an option's termination is one minus its continuation, and the
/// policy over options is ε-greedy on their values.
public final class OptionCritic: Agent {
    /// The algorithm's settings.
    public let settings: OptionCriticSettings
    private let world: World
    private var encoder: ObservationEncoder
    private let networks: OptionCriticNetworks?
    private var tables: OptionCriticLearner?
    private var progress = OptionCriticProgress()

    /// The names of the columns of steps that hold the option, and whether another one had ended on
    /// arrival.
    static let optionColumn = "option"
    static let endedColumn = "ended"

    /// An option-critic that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that no policy here has, or worlds that are no
    ///   tables where tables learn.
    public init(
        _ settings: OptionCriticSettings, world: World, using generator: inout Generator
    ) throws {
        let kind = try world.actionKind(for: "option-critic")
        (self.settings, self.world) = (settings, world)
        encoder = ObservationEncoder(
            world.observationSpace, isStandardizing: settings.standardizesObservations)
        switch settings.form {
        case .tables:
            let sizes = try TabularWorld(world, algorithm: "option-critic")
            tables = OptionCriticLearner(
                settings.tables,
                pairs: StateActionPairs(states: sizes.states, actions: sizes.actions))
            networks = nil
        case .networks:
            networks = OptionCriticNetworks(
                settings, kind: kind, features: encoder.width, using: &generator)
        }
    }

    /// The last few steps of every environment; the last one, for tables.
    public var diet: Diet { .rollouts(steps: tables == nil ? settings.steps : 1) }

    /// No option.
    public func carry(for environments: Int) -> RowCarry<Int> {
        .noOption(
            of: tables?.configuration.options ?? settings.options, environments: environments)
    }

    /// Ends options or goes on with them, then draws an action of each.
    public func act(
        on arrival: Arrival, carrying carry: inout RowCarry<Int>, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        carry.forgetOption(arrival.isFirst)
        let isBest = mode == .deterministic
        let (ended, values): ([Bool], [Float])
        if let tables {
            let states = TabularWorld.states(arrival.observations)
            ended = choose(&carry, isBest: isBest, using: &generator) { row, option in
                tables.termination(state: states[row], option: option)
            } value: { row, option in
                tables.tables.optionValues[states[row] * tables.configuration.options + option]
            }
            values = states.enumerated().map { row, state in
                let law = tables.law(state: state, option: carry.rows[row])
                return Float(
                    isBest ? law.firstIndex(of: law.max()!)! : generator.categorical(law))
            }
        } else {
            let predicted = networks!.predict(encoder(arrival.observations))
            let count = settings.options
            ended = choose(&carry, isBest: isBest, using: &generator) { row, option in
                predicted.ends[row * count + option]
            } value: { row, option in
                predicted.values[row * count + option]
            }
            let law = predicted.heads.actions(of: Tensor(carry.rows))
            values = ActionLaw.values(isBest ? law.best : law.sample(using: &generator))
        }
        return Action(
            values: values,
            columns: [
                (Self.optionColumn, carry.rows.map { [Float($0)] }),
                (Self.endedColumn, ended.map { [$0 ? 1 : 0] }),
            ])
    }

    /// Ends options by their β, and calls others, ε-greedily; which ended.
    private func choose(
        _ carry: inout RowCarry<Int>, isBest: Bool, using generator: inout Generator,
        termination: (Int, Int) -> Double, value: (Int, Int) -> Double
    ) -> [Bool] {
        let count = tables?.configuration.options ?? settings.options
        let epsilon = isBest ? 0 : tables?.configuration.epsilon ?? settings.epsilon
        return carry.rows.indices.map { row in
            let option = carry.rows[row]
            if option >= 0, !generator.bernoulli(termination(row, option)) { return false }
            var chosen = 0
            if epsilon > 0, generator.bernoulli(epsilon) {
                chosen = generator.integer(below: count)
            } else {
                for other in 1..<max(count, 1) where value(row, other) > value(row, chosen) {
                    chosen = other
                }
            }
            carry.rows[row] = chosen
            return option >= 0
        }
    }

    /// Learns from the last steps.
    ///
    /// - Throws: `AgentError.notFinite`.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .rollouts(let batch) = material else {
            fail("OptionCritic.learn", "not fed rollouts")
        }
        if tables != nil { return learnTables(batch) }
        let result = networks!.update(batch) { encoder($0) }
        try requireFinite(result.norm, "gradient", "of the option-critic")
        encoder.observe(batch.validObservations)
        var progress = OptionCriticProgress()
        progress.add(batch)
        return [
            progress.record([
                Metric("loss.value", result.criticLoss), Metric("gradient.norm", result.norm),
                Metric("policy.entropy", result.entropy),
                Metric("options.termination", result.termination),
            ])
        ]
    }

    private func learnTables(_ batch: Batch) -> [Record] {
        let width = batch.width
        let states = batch.observations.floats().map { Int($0) }
        let actions = batch.actions.integers()
        let options = batch.columns[Self.optionColumn]!.floats()
        let (rewards, going) = (batch.rewards.doubles(), batch.continuation.floats())
        for cell in 0..<batch.time * width {
            let pairs = tables!.pairs
            tables!.learn(
                OptionCriticLearner.Step(
                    state: states[cell], option: Int(options[cell]),
                    pair: pairs.range(of: states[cell]).lowerBound + actions[cell],
                    reward: rewards[cell], next: states[cell + width],
                    isTerminated: going[cell] == 0))
        }
        progress.add(batch)
        guard progress.steps >= settings.reportEvery else { return [] }
        defer { progress = OptionCriticProgress() }
        return [progress.record([])]
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var result = policySpecification(
            world: world, terms: [.reward], prior: "none: actions cost nothing", remembers: false,
            action: "options that are called and return, by policy gradients")
        result.posterior = [
            result.posterior[0],
            Factor(
                "β(s,o)", of: "whether o ends", given: ["s", "o"], .learned,
                role: "termination of options"),
            Factor("μ(o|s)", of: "o", given: ["s"], .learned, role: "ε-greedy on Q(s,o)"),
            Factor("π(a|s,o)", of: "a", given: ["s", "o"], .learned, role: "policies of options"),
        ]
        return result
    }

    /// Writes all that was learned.
    public func save(to archive: Archive) throws {
        networks?.save(to: archive.scope("networks"))
        encoder.save(to: archive.scope("encoder"))
        archive.store(progress, as: "progress")
        if let tables { archive.store(tables.tables, as: "tables") }
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try networks?.load(from: archive.scope("networks"))
        try encoder.load(from: archive.scope("encoder"))
        progress = try archive.value("progress")
        guard let present = tables?.tables else { return }
        let found: OptionCriticLearner.Tables = try archive.value("tables")
        guard found.optionValues.count == present.optionValues.count,
            found.terminationLogits.count == present.terminationLogits.count,
            found.actionValues.map(\.count) == present.actionValues.map(\.count),
            found.policyWeights.map(\.count) == present.policyWeights.map(\.count)
        else { throw archive.invalid("tables", "their sizes are not those of this world") }
        tables!.tables = found
    }
}

/// What happened since the last record.
struct OptionCriticProgress: Codable {
    /// Steps.
    private(set) var steps = 0
    private var rewards: [Double] = []
    private var terminations = 0.0

    mutating func add(_ batch: Batch) {
        let valid = batch.valid.floats()
        steps += valid.count(where: { $0 > 0 })
        let (all, ended) = (
            batch.rewards.doubles(), batch.columns[OptionCritic.endedColumn]!.floats()
        )
        for index in valid.indices where valid[index] > 0 {
            rewards.append(all[index])
            terminations += Double(ended[index])
        }
    }

    func record(_ metrics: [Metric]) -> Record {
        return Record(
            .learning, metrics: metrics + [Metric("options.ended", terminations / Double(steps))],
            bound: .perStep(steps, source: .rollout, reward: Estimate(of: rewards)))
    }
}
