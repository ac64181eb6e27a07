import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch

/// What an agent believes of the dynamics, and how much transitions would change that.
final class CuriousDynamics {
    /// q(w) of the network that predicts standardized changes of observations.
    let network: BayesianNetwork
    /// Whether it was fitted to anything yet.
    var isFitted: Bool { data != nil }

    private let settings: BayesianDynamicsSettings
    private let bonus: BonusSettings
    private let encoder: ObservationEncoder
    private let kind: ActionKind
    private let optimizer: Adam
    private var inputs: Normalizer
    private var changes: Normalizer
    /// Inputs and changes as they were lived, newest last, `[rows, ...]`.
    private var data: (inputs: Tensor, changes: Tensor)?
    private var medians: [Double] = []

    init(
        _ settings: BayesianDynamicsSettings, _ bonus: BonusSettings, world: World,
        kind: ActionKind, using generator: inout Generator
    ) {
        self.settings = settings
        self.bonus = bonus
        self.kind = kind
        encoder = ObservationEncoder(world.observationSpace, isStandardizing: false)
        let width = encoder.width + kind.codeWidth
        inputs = Normalizer(width: width)
        changes = Normalizer(width: encoder.width)
        network = BayesianNetwork(
            sizes: [width] + settings.units + [encoder.width],
            likelihoodDeviation: settings.likelihoodDeviation,
            priorDeviation: settings.priorDeviation, initialDeviation: settings.priorDeviation,
            using: &generator)
        optimizer = Adam(network.parameters, learningRate: settings.learningRate)
    }

    /// Transitions of a batch as rows.
    typealias Rows = (inputs: Tensor, changes: Tensor)

    /// What every step that happened started from and changed.
    func rows(_ batch: Batch) -> Rows {
        let seen = encoder(batch.observations)
        let (before, after) = (
            seen.slice(axis: 0, 0..<batch.time), seen.slice(axis: 0, 1..<batch.time + 1)
        )
        let codes = kind.clipped(kind.code(batch.actions).to(.float32))
        let valid = batch.validRows
        func flat(_ tensor: Tensor) -> Tensor {
            tensor.flattened(from: 0, to: 1).indexSelect(axis: 0, valid)
        }
        return (flat(Tensor.concatenated([before, codes], axis: 2)), flat(after - before))
    }

    /// What each transition would teach in units of what is usual, `[rows]`, and the median in nats.
    ///
    /// Nothing before the dynamics were first fitted: a network that knows nothing finds all transitions
    /// alike.
    func information(
        _ rows: Rows, using generator: inout Generator
    ) -> (relative: Tensor, median: Double) {
        guard isFitted else { return (Tensor.zeros([rows.inputs.size(axis: 0)]), 0) }
        let nats = network.informationGain(
            inputs: inputs.normalize(rows.inputs), targets: changes.normalize(rows.changes),
            stepSize: bonus.stepSize, samples: bonus.samples, form: bonus.form, using: &generator
        ).clamped(0, bonus.limit)
        let ordered = nats.doubles().sorted()
        let median = ordered[ordered.count / 2]
        medians = (medians + [median]).suffix(bonus.medians)
        let usual = medians.reduce(0, +) / Double(medians.count)
        return (nats / max(usual, 1e-8), median)
    }

    /// Adds transitions and raises the bound on the evidence of all that are kept.
    ///
    /// - Returns: the mean bound of a row over the steps, in nats.
    /// - Throws: `AgentError.notFinite`.
    func fit(_ rows: Rows, using generator: inout Generator) throws -> Double {
        inputs.update(rows.inputs)
        changes.update(rows.changes)
        let kept = data.map { keep($0, and: rows) } ?? rows
        data = kept
        let count = kept.inputs.size(axis: 0)
        let (given, targets) = (
            inputs.normalize(kept.inputs), changes.normalize(kept.changes)
        )
        var sum = Tensor.zeros([])
        for _ in 0..<settings.updates {
            let chosen = Tensor.randomIntegers(
                [settings.minibatch], in: 0..<count, using: &generator)
            let bound = network.bound(
                inputs: given.indexSelect(axis: 0, chosen),
                targets: targets.indexSelect(axis: 0, chosen), dataCount: count,
                using: &generator)
            let norm = optimizer.minimize(-bound)
            try requireFinite(norm, "gradient", "of the dynamics' bound")
            sum += bound.detached()
        }
        return sum.item() / Double(settings.updates)
    }

    private func keep(_ old: Rows, and new: Rows) -> Rows {
        func joined(_ one: Tensor, _ two: Tensor) -> Tensor {
            let all = Tensor.concatenated([one, two], axis: 0)
            let count = all.size(axis: 0)
            return all.slice(axis: 0, max(0, count - settings.capacity)..<count).contiguous()
        }
        return (joined(old.inputs, new.inputs), joined(old.changes, new.changes))
    }

    func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        optimizer.save(to: archive.scope("optimizer"))
        archive.store(inputs, as: "inputs")
        archive.store(changes, as: "changes")
        archive.store(medians, as: "medians")
        guard let data else { return }
        archive.store(data.inputs, as: "data.inputs")
        archive.store(data.changes, as: "data.changes")
    }

    func load(from archive: Archive) throws {
        try network.load(from: archive.scope("network"))
        try optimizer.load(from: archive.scope("optimizer"))
        inputs = try archive.value("inputs")
        changes = try archive.value("changes")
        medians = try archive.value("medians")
        guard archive.contains("data.inputs") else { return }
        let rows = (
            inputs: try archive.tensor("data.inputs"), changes: try archive.tensor("data.changes")
        )
        guard rows.inputs.rank == 2, rows.inputs.size(axis: 1) == inputs.width,
            rows.changes.shape == [rows.inputs.size(axis: 0), changes.width]
        else { throw archive.invalid("data.inputs", "they do not fit the changes") }
        data = rows
    }
}
