import OptimistCore
import OptimistTorch

/// How a value is fitted apart from the policy.
public struct ValueFitSettings: Configuration {
    /// The size of a step of Adam.
    @Setting("The size of a step of Adam for the value.", 1e-9...1)
    public var learningRate = 1e-3
    /// Passes over the rows.
    @Setting("Passes of the value over the rows of an update.", 1...10_000)
    public var epochs = 10
    /// Rows of a step.
    @Setting("Rows of a step of the value.", 1...1_000_000)
    public var minibatch = 128

    /// The settings of classic control.
    public init() {}
}

/// Fits V to targets by squared error, apart from the policy: a memory's features are constants here.
final class ValueFit {
    private let settings: ValueFitSettings
    private let trainer: FusedTrainer

    init(_ critic: FusedNetwork, _ settings: ValueFitSettings) {
        self.settings = settings
        trainer = FusedTrainer(critic, learningRate: settings.learningRate)
    }

    /// Some passes over rows in random order; the mean squared error over the last one.
    ///
    /// - Throws: `AgentError.notFinite`.
    func fit(_ rows: PolicyMinibatch, using generator: inout Generator) throws -> Double {
        let (features, targets) = (rows.features.detached(), rows.targets.unsqueezed(axis: 1))
        let count = targets.size(axis: 0)
        var mean = 0.0
        for _ in 0..<settings.epochs {
            let order = Tensor.permutation(count, using: &generator)
            mean = 0
            for start in stride(from: 0, to: count, by: settings.minibatch) {
                let part = order.slice(
                    axis: 0, start..<min(start + settings.minibatch, count))
                let step = trainer.step(
                    inputs: features.indexSelect(axis: 0, part),
                    targets: targets.indexSelect(axis: 0, part))
                mean += step.losses[0] * Double(part.count) / Double(count)
            }
            try requireFinite(mean, "value's loss", "while it was fitted")
        }
        return mean
    }

    func save(to archive: Archive) { trainer.save(to: archive) }

    func load(from archive: Archive) throws { try trainer.load(from: archive) }
}
