import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistModels
import OptimistTorch

/// An agent that goes where it can bring about most: it learns the empowerment of states from action
/// sequences that it tries (Mohamed and Rezende 2015, arXiv 1509.08731), and the way there by
/// Q-learning.
///
/// As inference: the bound with action sequences as options and reward 0; the decoder is the reverse
/// model. What is maximized over the source, E[log q(a | s, s′) − log h(a | s)], is a bound on
/// I(a_1 … a_K; s′ | s), whose maximum is the empowerment of s.
public final class EmpowermentAgent: Agent {
    /// The algorithm's settings.
    public let settings: EmpowermentAgentSettings
    /// Decoder, source and normalizer.
    package let networks: EmpowermentNetworks
    private let world: World
    private let actions: Int
    private let encoder: ObservationEncoder
    private let values: EmpowermentValues
    private let judge: EmpowermentJudge?
    private var sequences: RowRing
    private var transitions: RowRing

    /// The name of the column of steps that holds the step within a sequence, −1 outside of any.
    static let stepColumn = "step"

    /// A learner that has seen nothing.
    ///
    /// - Throws: `AgentError.unsuitable` for actions that are not one choice.
    public init(
        _ settings: EmpowermentAgentSettings, world: World, using generator: inout Generator
    ) throws {
        guard case .discrete(let actions) = world.actionSpace.kind else {
            throw world.unsuitableActions(
                for: "empowerment", "it tries sequences of choices")
        }
        (self.settings, self.world, self.actions) = (settings, world, actions)
        encoder = ObservationEncoder(world.observationSpace, isStandardizing: false)
        networks = EmpowermentNetworks(
            settings, features: encoder.width, actions: actions, using: &generator)
        values = EmpowermentValues(
            settings, features: encoder.width, actions: actions, using: &generator)
        judge = world.table.flatMap { EmpowermentJudge($0, horizon: settings.horizon) }
        let width = world.observationSpace.width
        sequences = RowRing(
            width: 2 * width + settings.horizon, capacity: settings.sequencesKept)
        transitions = RowRing(width: 2 * width + 2, capacity: settings.transitionsKept)
    }

    /// Episodes that have ended.
    public var diet: Diet { .episodes(count: settings.episodes) }

    /// No sequence.
    public func carry(for environments: Int) -> RowCarry<Followed<[Int]>> {
        let (actions, horizon) = (0..<actions, settings.horizon)
        return RowCarry(Followed(content: []), environments: environments) {
            (0...$0.content.count).contains($0.steps) && $0.content.count <= horizon
                && $0.content.allSatisfy(actions.contains)
        }
    }

    /// Goes on with a sequence, begins one, or takes the action that leads to most empowerment; only
    /// the last where the mode is deterministic.
    public func act(
        on arrival: Arrival, carrying carry: inout RowCarry<Followed<[Int]>>, mode: ActingMode,
        using generator: inout Generator
    ) throws -> Action {
        let features = encoder(arrival.observations)
        let best = values.best(features)
        var (taken, steps, begins) = (best, Array(repeating: -1, count: best.count), [Int]())
        for row in best.indices {
            let isOver = carry.rows[row].steps == carry.rows[row].content.count
            if arrival.isFirst[row] || isOver || mode == .deterministic {
                carry.rows[row] = Followed(content: [])
                if mode == .deterministic { continue }
                if generator.bernoulli(settings.tries) {
                    begins.append(row)
                } else if generator.bernoulli(settings.exploration) {
                    taken[row] = generator.integer(below: actions)
                }
            }
        }
        if !begins.isEmpty {
            let drawn = networks.drawSequences(
                features.indexSelect(axis: 0, Tensor(begins)), using: &generator
            ).integers()
            for (index, row) in begins.enumerated() {
                carry.rows[row].content = Array(
                    drawn[index * settings.horizon..<(index + 1) * settings.horizon])
            }
        }
        for row in best.indices where !carry.rows[row].content.isEmpty {
            let step = carry.rows[row].steps
            (taken[row], steps[row]) = (carry.rows[row].content[step], step)
            carry.rows[row].steps += 1
        }
        return Action(
            values: taken.map { Float($0) },
            columns: [(Self.stepColumn, steps.map { [Float($0)] })])
    }

    /// Keeps what was tried, and a round of updates.
    ///
    /// - Throws: `EmpowermentError`, `AgentError.notFinite`.
    public func learn(
        from material: Material, using generator: inout Generator
    ) throws -> [Record] {
        guard case .episodes(let episodes) = material else {
            fail("EmpowermentAgent.learn", "not fed episodes")
        }
        let fresh = episodes.flatMap(keep)
        if sequences.count == 0 { return [] }
        let information = judged(fresh)
        var losses = RunningMeans()
        for _ in 0..<settings.updates {
            let done = updateInformation(using: &generator)
            try requireFinite(done.decoderLoss, "decoder's loss", "of empowerment")
            try requireFinite(done.sourceLoss, "source's loss", "of empowerment")
            losses.add([
                "loss.decoder": done.decoderLoss, "loss.source": done.sourceLoss,
                "loss.value": try updateValues(using: &generator),
            ])
        }
        return [try record(losses.metrics, information)]
    }

    /// Keeps the transitions of an episode and the sequences that were tried to their end, which are
    /// returned.
    private func keep(_ episode: Episode) -> [[Float]] {
        var fresh: [[Float]] = []
        let steps = episode.columns[Self.stepColumn]!.values
        for step in 0..<episode.count {
            let isEnd = step + 1 == episode.count && episode.ending == .terminated
            transitions.append(
                episode.observation(step).floats + episode.observation(step + 1).floats
                    + [episode.actions[step], isEnd ? 0 : 1])
            let last = step + settings.horizon
            if steps[step] == 0 && last <= episode.count {
                fresh.append(
                    episode.observation(step).floats + episode.observation(last).floats
                        + episode.actions[step..<last])
                sequences.append(fresh[fresh.count - 1])
            }
        }
        return fresh
    }

    /// log q − log h of sequences before anything is learned from them, whose mean is a bound on the
    /// information from below, in nats.
    private func judged(_ fresh: [[Float]]) -> [Double] {
        if fresh.isEmpty { return [] }
        let width = world.observationSpace.width
        let rows = Tensor(fresh.flatMap { $0 }, shape: [fresh.count, sequences.width])
        let (starts, ends) = (features(rows, from: 0), features(rows, from: width))
        let tried = taken(rows)
        return (networks.logDecoder(starts, ends, tried) - networks.logSource(starts, tried))
            .doubles()
    }

    private func taken(_ rows: Tensor) -> Tensor {
        let width = world.observationSpace.width
        return rows.slice(axis: 1, 2 * width..<2 * width + settings.horizon).to(.int64)
    }

    private func features(_ rows: Tensor, from start: Int) -> Tensor {
        let width = world.observationSpace.width
        return encoder(
            rows.slice(axis: 1, start..<start + width).reshaped(
                [rows.size(axis: 0)] + world.observationSpace.shape))
    }

    private func updateInformation(
        using generator: inout Generator
    ) -> EmpowermentNetworks.Update {
        let rows = sequences.sample(settings.batch, using: &generator)
        let width = world.observationSpace.width
        return networks.update(
            features(rows, from: 0), features(rows, from: width), taken(rows))
    }

    private func updateValues(using generator: inout Generator) throws -> Double {
        let rows = transitions.sample(settings.batch, using: &generator)
        let width = world.observationSpace.width
        let next = features(rows, from: width)
        let loss = values.update(
            features(rows, from: 0), rows.select(axis: 1, 2 * width).to(.int64), next,
            rewards: networks.empowerment(next),
            continuation: rows.select(axis: 1, 2 * width + 1))
        try requireFinite(loss, "values' loss", "of empowerment")
        return loss
    }

    /// The bound on information beside the exact empowerment where the world's tables are known.
    private func record(_ losses: [Metric], _ information: [Double]) throws -> Record {
        var metrics = losses
        if let judge {
            let states = Tensor((0..<judge.states).map { Float($0) })
            let learned = networks.empowerment(encoder(states)).doubles()
            metrics += try judge.comparison(learned)
        }
        guard !information.isEmpty else { return Record(.learning, metrics: metrics) }
        let estimate = Estimate(of: information)
        try requireFinite(estimate.mean, "information", "of empowerment")
        return Record(
            .learning, metrics: metrics + [Metric("information.bound", estimate.mean)],
            bound: .perStep(
                information.count * settings.horizon, source: .rollout,
                extras: [("information", estimate / Double(settings.horizon))]))
    }

    /// Which factors are known, assumed or learned.
    public var specification: BoundSpecification {
        var result = policySpecification(
            world: world, terms: [], prior: "the source's own", remembers: false,
            action: "Q-learning of the empowerment of states"
        ).withoutReward
        result.joint.append(
            Factor(
                "q(a_1:K|s,s')", of: "a_1:K", given: ["s", "s'"], .learned,
                role: "decoder, action by action"))
        result.posterior.append(
            Factor(
                "h(a_1:K|s)", of: "a_1:K", given: ["s"], .learned,
                role: "source, action by action"))
        return result
    }

    /// Writes networks, optimizers and what was kept.
    public func save(to archive: Archive) throws {
        networks.save(to: archive.scope("networks"))
        values.save(to: archive.scope("values"))
        sequences.save(to: archive.scope("sequences"))
        transitions.save(to: archive.scope("transitions"))
    }

    /// Reads what `save` wrote.
    public func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try values.load(from: archive.scope("values"))
        try sequences.load(from: archive.scope("sequences"))
        try transitions.load(from: archive.scope("transitions"))
    }
}
