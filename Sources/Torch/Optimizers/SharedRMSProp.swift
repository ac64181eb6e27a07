import OptimistCTorch
import OptimistCore

/// RMSProp of parameters that several threads train together, each with a copy of its own, without
/// locks (Mnih et al., 2016, section 4 and supplement 7.1): the parameters and the averages of squared
/// gradients are shared.
///
///     let first = SharedRMSProp(parameters, learningRate: 7e-4)
///     let second = SharedRMSProp(copies, sharingWith: first)      // for another thread
///
/// Each thread computes gradients at its copy and steps from what is shared now. With one thread this
/// is `RMSProp`, bit for bit.
public final class SharedRMSProp: Optimizer {
    /// What is optimized: this thread's copies.
    public let groups: [ParameterGroup]
    private let plain: RMSProp
    private let copies: [Tensor]
    private let parameterStore: SharedNumbers
    private let squareStore: SharedNumbers

    /// An optimizer that shares what its parameters are now.
    ///
    /// - Parameters:
    ///   - parameters: contiguous `float32` tensors on the CPU, changed in place.
    ///   - learningRate: the size of a step.
    ///   - decay: how much of the average of squares is kept.
    ///   - epsilon: added to the root of the average.
    public init(
        _ parameters: [NamedTensor], learningRate: Double, decay: Double = 0.99,
        epsilon: Double = 1e-5
    ) {
        plain = RMSProp(parameters, learningRate: learningRate, decay: decay, epsilon: epsilon)
        groups = plain.groups
        copies = parameters.map { $0.tensor.detached() }
        let count = copies.reduce(0) { $0 + $1.count }
        parameterStore = SharedNumbers(count: count)
        squareStore = SharedNumbers(count: count)
        publish()
    }

    /// An optimizer of copies that shares what another one does; the copies become equal to it.
    public init(_ parameters: [NamedTensor], sharingWith other: SharedRMSProp) {
        plain = RMSProp(
            parameters, learningRate: other.learningRate, decay: other.plain.decay,
            epsilon: other.plain.epsilon)
        groups = plain.groups
        copies = parameters.map { $0.tensor.detached() }
        parameterStore = other.parameterStore
        squareStore = other.squareStore
        pull()
    }

    /// The size of a step.
    public var learningRate: Double {
        get { plain.learningRate }
        set { plain.learningRate = newValue }
    }

    /// Makes this thread's copies equal to what is shared now.
    public func pull() { parameterStore.read(into: copies) }

    /// Makes what is shared equal to this thread's copies, such as after they were loaded.
    public func publish() { parameterStore.write(copies) }

    /// One step from what is shared now, with gradients found at this thread's copies.
    public func step(_ gradients: [Tensor]) {
        pull()
        squareStore.read(into: plain.averages)
        let before = copies.map { $0.copy() }
        plain.step(gradients)
        // Differences could make an average negative where another thread has lowered it meanwhile.
        squareStore.write(plain.averages)
        parameterStore.add(before: before, after: copies)
    }

    /// Stores the learning rate and the shared averages.
    public func save(to archive: Archive) {
        squareStore.read(into: plain.averages)
        plain.save(to: archive)
    }

    /// Replaces the shared averages by those stored.
    public func load(from archive: Archive) throws(ArchiveError) {
        try plain.load(from: archive)
        squareStore.write(plain.averages)
    }
}
