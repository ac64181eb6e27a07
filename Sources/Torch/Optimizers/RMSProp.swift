import OptimistCTorch
import OptimistCore

/// RMSProp (Tieleman and Hinton, 2012): s ← decay · s + (1 − decay) g², p ← p − rate · g/(√s + ε).
/// Decay of weights adds weightDecay · p to g.
public final class RMSProp: Optimizer {
    /// What is optimized.
    public let groups: [ParameterGroup]
    /// The size of a step.
    public var learningRate: Double
    /// How much of the average of squares is kept.
    public let decay: Double
    /// Added to the root of the average.
    public let epsilon: Double

    private let squares: [[Tensor]]

    /// An optimizer of groups of parameters.
    public init(
        groups: [ParameterGroup], learningRate: Double = 1e-2, decay: Double = 0.99,
        epsilon: Double = 1e-8
    ) {
        self.groups = groups
        self.learningRate = learningRate
        self.decay = decay
        self.epsilon = epsilon
        squares = groups.map { $0.parameters.map { .zeros(like: $0.tensor) } }
    }

    /// An optimizer of parameters with one weight decay.
    public convenience init(
        _ parameters: [NamedTensor], learningRate: Double = 1e-2, decay: Double = 0.99,
        epsilon: Double = 1e-8, weightDecay: Double = 0
    ) {
        self.init(
            groups: [ParameterGroup(parameters, weightDecay: weightDecay)],
            learningRate: learningRate, decay: decay, epsilon: epsilon)
    }

    /// The averages of squared gradients, shaped like the parameters, in order.
    var averages: [Tensor] { squares.flatMap { $0 } }

    /// One step.
    public func step(_ gradients: [Tensor]) {
        for (index, slice) in grouped(gradients, "RMSProp.step").enumerated() {
            let group = groups[index]
            let targets = group.parameters.map(\.tensor)
            _ = call("RMSProp.step", more: targets + slice) {
                ot_rmsprop(
                    targets.handles, slice.handles, squares[index].handles, Int32(targets.count),
                    learningRate * group.rateScale, decay, epsilon, group.weightDecay, $0)
            }
        }
    }

    /// Stores the learning rate and the averages.
    public func save(to archive: Archive) {
        archive.store(learningRate, as: "learningRate")
        archive.store(squares.flatMap { $0 }, as: "square")
    }

    /// Replaces the state by one that was stored.
    public func load(from archive: Archive) throws(ArchiveError) {
        let rate = try archive.value("learningRate", as: Double.self)
        let targets = squares.flatMap { $0 }
        let sources = try archive.tensors("square", like: targets)
        for (target, source) in zip(targets, sources) { target.assign(source) }
        learningRate = rate
    }
}
