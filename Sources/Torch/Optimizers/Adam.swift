import OptimistCTorch
import OptimistCore

/// Adam (Kingma and Ba, 2015) and, with decoupled weight decay, AdamW (Loshchilov and Hutter,
/// 2019). For a gradient g at step t:
///
///     m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
///     p ← p − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
///
/// Decay adds weightDecay · p to g, or if decoupled takes rate · weightDecay · p off p before.
public final class Adam: Optimizer {
    /// What is optimized.
    public let groups: [ParameterGroup]
    /// The size of a step.
    public var learningRate: Double
    /// The decay rates β₁ and β₂ of the two averages.
    public let decays: (first: Double, second: Double)
    /// Added to the root of the second average.
    public let epsilon: Double
    /// Whether weight decay is decoupled, as in AdamW.
    public let isDecoupled: Bool
    /// The number of steps taken.
    public private(set) var steps = 0

    private let means: [[Tensor]]
    private let squares: [[Tensor]]

    /// An optimizer of groups of parameters.
    public init(
        groups: [ParameterGroup], learningRate: Double = 1e-3,
        decays: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
        isDecoupled: Bool = false
    ) {
        self.groups = groups
        self.learningRate = learningRate
        self.decays = decays
        self.epsilon = epsilon
        self.isDecoupled = isDecoupled
        means = groups.map { $0.parameters.map { .zeros(like: $0.tensor) } }
        squares = groups.map { $0.parameters.map { .zeros(like: $0.tensor) } }
    }

    /// An optimizer of parameters with one weight decay.
    public convenience init(
        _ parameters: [NamedTensor], learningRate: Double = 1e-3,
        decays: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
        weightDecay: Double = 0, isDecoupled: Bool = false
    ) {
        self.init(
            groups: [ParameterGroup(parameters, weightDecay: weightDecay)],
            learningRate: learningRate, decays: decays, epsilon: epsilon,
            isDecoupled: isDecoupled)
    }

    /// One step.
    public func step(_ gradients: [Tensor]) {
        steps += 1
        for (index, slice) in grouped(gradients, "Adam.step").enumerated() {
            let group = groups[index]
            let targets = group.parameters.map(\.tensor)
            let settings = OTAdam(
                rate: learningRate * group.rateScale, first_decay: decays.first,
                second_decay: decays.second, epsilon: epsilon, weight_decay: group.weightDecay,
                decoupled: isDecoupled ? 1 : 0)
            _ = call("Adam.step", more: targets + slice) {
                ot_adam(
                    targets.handles, slice.handles, means[index].handles, squares[index].handles,
                    Int32(targets.count), steps, settings, $0)
            }
        }
    }

    /// Stores the number of steps, the learning rate and both averages.
    public func save(to archive: Archive) {
        archive.store(steps, as: "steps")
        archive.store(learningRate, as: "learningRate")
        archive.store(means.flatMap { $0 }, as: "mean")
        archive.store(squares.flatMap { $0 }, as: "square")
    }

    /// Replaces the state by one that was stored.
    public func load(from archive: Archive) throws(ArchiveError) {
        let steps = try archive.value("steps", as: Int.self)
        let rate = try archive.value("learningRate", as: Double.self)
        let targets = (means + squares).flatMap { $0 }
        let half = targets.count / 2
        let sources =
            try archive.tensors("mean", like: Array(targets[..<half]))
            + archive.tensors("square", like: Array(targets[half...]))
        for (target, source) in zip(targets, sources) { target.assign(source) }
        self.steps = steps
        learningRate = rate
    }
}
