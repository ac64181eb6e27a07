import OptimistCore
import OptimistModels
import OptimistTorch

/// Q of two networks, and where they were a while ago.
final class SoftCritics {
    let networks: FusedNetwork
    private let target: FusedNetwork
    private let trainer: FusedTrainer
    private let rate: Double

    /// Critics of rows of so many numbers with so many values.
    init(
        inputs: Int, outputs: Int, settings: SACSettings, using generator: inout Generator
    ) {
        networks = FusedNetwork(
            members: 2, sizes: [inputs] + settings.networks.units + [outputs],
            activation: settings.networks.activation, hidden: .fanInUniform, output: .fanInUniform,
            using: &generator)
        target = networks.copied()
        trainer = FusedTrainer(networks, learningRate: settings.learningRate)
        rate = settings.targetRate
    }

    /// The lesser of the older values, `[rows, outputs]`.
    func target(_ rows: Tensor) -> Tensor { target.predict(rows).min(axis: 0) }

    /// One step towards targets `[rows, 1]`; the mean squared error before.
    func fit(_ rows: Tensor, to targets: Tensor) -> Double {
        let step = trainer.step(inputs: rows, targets: targets)
        return step.losses.reduce(0, +) / Double(step.losses.count)
    }

    /// One step down a loss of all outputs `[member, rows, outputs]`.
    func minimize(_ rows: Tensor, loss: (Tensor) -> Tensor) -> Double {
        let outputs = trainer.trace(rows).requiringGradient()
        let value = loss(outputs)
        trainer.backward(gradients(of: value, withRespectTo: [outputs])[0])
        let norm = trainer.update()
        return norm.isFinite ? value.item() : norm
    }

    /// Values that a policy is improved by, `[rows]`, and their gradient by the rows, which stays
    /// out of the critics.
    func judge(_ rows: Tensor, by choice: PolicyCritic) -> (values: Tensor, gradient: Tensor) {
        let outputs = trainer.trace(rows).requiringGradient()
        let values = choice.value(of: outputs.squeezed(axis: 2))
        let byOutputs = gradients(of: values.sum(), withRespectTo: [outputs])[0]
        let byRows = trainer.inputGradient(byOutputs).sum(axis: 0)
        return (values.detached(), byRows)
    }

    /// Moves the older networks on.
    func follow() { target.storage.interpolate(toward: networks.storage, weight: rate) }

    func save(to archive: Archive) {
        networks.save(to: archive.scope("networks"))
        target.save(to: archive.scope("target"))
        trainer.save(to: archive.scope("trainer"))
    }

    func load(from archive: Archive) throws {
        try networks.load(from: archive.scope("networks"))
        try target.load(from: archive.scope("target"))
        try trainer.load(from: archive.scope("trainer"))
    }
}

extension PolicyCritic {
    /// `[...]` of the critics' values `[member, ...]`.
    func value(of values: Tensor) -> Tensor {
        switch self {
        case .least: values.min(axis: 0)
        case .mean: values.mean(axis: 0)
        case .first: values.select(axis: 0, 0)
        }
    }
}
