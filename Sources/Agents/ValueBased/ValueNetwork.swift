import OptimistCore
import OptimistTorch

/// A network of values, the slower copy that its targets are made with, and what trains it.
final class ValueNetwork {
    /// What learns.
    let network: FusedNetwork
    /// Where it was a while ago.
    let target: FusedNetwork
    private let learner: FusedLearner
    private let copying: TargetCopy

    /// A network whose copy equals it at first.
    ///
    /// - Parameters:
    ///   - network: what learns, its weights drawn.
    ///   - target: how the copy follows.
    ///   - learningRate: the size of a step of Adam.
    ///   - epsilon: Adam's.
    init(
        _ network: FusedNetwork, target copying: TargetCopy, learningRate: Double,
        epsilon: Double = 1e-8
    ) {
        self.network = network
        self.copying = copying
        target = network.copied()
        learner = FusedLearner(
            [network], learningRate: learningRate, method: .adam(epsilon: epsilon))
    }

    /// One step down a loss of the outputs `[rows, outputs]`, and the copy's after it; the loss
    /// before, or a norm that is not finite.
    ///
    /// - Parameters:
    ///   - features: `[rows, features]`.
    ///   - updates: made so far, this one included, which copies that are made anew go by.
    ///   - loss: a single number.
    func step(
        on features: Tensor, updates: Int = 1, down loss: (Tensor) -> Tensor
    ) -> Double {
        let value = learner.step(on: features, down: loss)
        if value.isFinite { copying.move(target, after: network, updates: updates) }
        return value
    }

    func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        target.save(to: archive.scope("target"))
        learner.save(to: archive.scope("learner"))
    }

    func load(from archive: Archive) throws {
        try network.load(from: archive.scope("network"))
        try target.load(from: archive.scope("target"))
        try learner.load(from: archive.scope("learner"))
    }
}
