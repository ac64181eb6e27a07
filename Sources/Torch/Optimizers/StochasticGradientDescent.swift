import OptimistCTorch
import OptimistCore

/// Gradient descent with momentum: v ← momentum · v + g, p ← p − rate · v; with Nesterov's
/// correction p ← p − rate · (g + momentum · v). Decay adds weightDecay · p to g.
public final class StochasticGradientDescent: Optimizer {
    /// What is optimized.
    public let groups: [ParameterGroup]
    /// The size of a step.
    public var learningRate: Double
    /// How much of the last velocity is kept, 0 for plain descent.
    public let momentum: Double
    /// Whether Nesterov's correction is applied.
    public let isNesterov: Bool

    private let velocities: [[Tensor]]

    /// An optimizer of groups of parameters.
    public init(
        groups: [ParameterGroup], learningRate: Double, momentum: Double = 0,
        isNesterov: Bool = false
    ) {
        self.groups = groups
        self.learningRate = learningRate
        self.momentum = momentum
        self.isNesterov = isNesterov
        velocities = groups.map { $0.parameters.map { .zeros(like: $0.tensor) } }
    }

    /// An optimizer of parameters with one weight decay.
    public convenience init(
        _ parameters: [NamedTensor], learningRate: Double, momentum: Double = 0,
        isNesterov: Bool = false, weightDecay: Double = 0
    ) {
        self.init(
            groups: [ParameterGroup(parameters, weightDecay: weightDecay)],
            learningRate: learningRate, momentum: momentum, isNesterov: isNesterov)
    }

    /// One step.
    public func step(_ gradients: [Tensor]) {
        let operation = "StochasticGradientDescent.step"
        for (index, slice) in grouped(gradients, operation).enumerated() {
            let group = groups[index]
            let targets = group.parameters.map(\.tensor)
            _ = call("StochasticGradientDescent.step", more: targets + slice) {
                ot_momentum(
                    targets.handles, slice.handles, velocities[index].handles,
                    Int32(targets.count), learningRate * group.rateScale, momentum,
                    isNesterov ? 1 : 0, group.weightDecay, $0)
            }
        }
    }

    /// Stores the learning rate and the velocities.
    public func save(to archive: Archive) {
        archive.store(learningRate, as: "learningRate")
        archive.store(velocities.flatMap { $0 }, as: "velocity")
    }

    /// Replaces the state by one that was stored.
    public func load(from archive: Archive) throws(ArchiveError) {
        let rate = try archive.value("learningRate", as: Double.self)
        let targets = velocities.flatMap { $0 }
        let sources = try archive.tensors("velocity", like: targets)
        for (target, source) in zip(targets, sources) { target.assign(source) }
        learningRate = rate
    }
}
