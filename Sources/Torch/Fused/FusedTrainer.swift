import OptimistCTorch
import OptimistCore

/// Trains a `FusedNetwork` by Adam (Kingma and Ba, 2015), with the loss inside (`step`) or outside
/// (`trace`, `backward`, `update`).
///
/// Threads take equal shares of members and rows; results are bitwise repeatable at a fixed number
/// of threads. Nothing is allocated after the first step of a size.
public final class FusedTrainer {
    /// What is trained.
    public let network: FusedNetwork
    /// The size of a step.
    public var learningRate: Double
    /// The decay rates β₁ and β₂ of the two averages.
    public let decays: (first: Double, second: Double)
    /// Added to the root of the second average.
    public let epsilon: Double
    /// For each layer the weight of ½‖W‖² in the objective; biases do not decay.
    public let weightDecay: [Double]
    /// The number of updates made.
    public private(set) var steps = 0

    let mean: Tensor
    let square: Tensor
    private var traced: FusedNetwork.Rows?

    /// A trainer; `weightDecay` has one number for each layer, or none.
    public init(
        _ network: FusedNetwork, learningRate: Double = 1e-3,
        decays: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
        weightDecay: [Double] = []
    ) {
        if !weightDecay.isEmpty && weightDecay.count != network.layerCount {
            fail("FusedTrainer.init", "\(weightDecay.count) decays, \(network.layerCount) layers")
        }
        self.network = network
        self.learningRate = learningRate
        self.decays = decays
        self.epsilon = epsilon
        self.weightDecay =
            weightDecay.isEmpty ? Array(repeating: 0, count: network.layerCount) : weightDecay
        mean = .zeros(like: network.storage)
        square = .zeros(like: network.storage)
    }

    /// The outputs `[member, rows, outputs]` as constants, remembered for `backward`.
    public func trace(_ inputs: Tensor) -> Tensor {
        let rows = FusedNetwork.Rows(inputs, network, nil, "FusedTrainer.trace")
        let result = Tensor.uninitialized(
            [network.members, rows.count, network.outputs], "FusedTrainer.trace")
        let output = result.floatPointer("FusedTrainer.trace")
        let numbers = network.storage.floatPointer("FusedTrainer.trace")
        _ = call("FusedTrainer.trace", rows.tensor, network.storage, result) { error in
            rows.withRows { ot_network_trace(network.handle, numbers, $0, output, error) }
        }
        traced = rows
        return result
    }

    /// Sends the gradient of the outputs of the last `trace` back through the network.
    ///
    /// The parameters' gradient stays inside for `update`. The inputs' gradient
    /// `[member, rows, inputs]` is returned where it is asked for.
    @discardableResult
    public func backward(_ gradient: Tensor, returnsInputGradient: Bool = false) -> Tensor? {
        guard let rows = traced else { fail("FusedTrainer.backward", "nothing was traced") }
        let shape = [network.members, rows.count, network.outputs]
        if gradient.shape != shape {
            fail("FusedTrainer.backward", "gradient \(gradient.shape) of outputs \(shape)")
        }
        let given = gradient.contiguous()
        let numbers = network.storage.floatPointer("FusedTrainer.backward")
        let outputs = given.floatPointer("FusedTrainer.backward")
        let result =
            returnsInputGradient
            ? Tensor.uninitialized([network.members, rows.count, network.inputs], "FusedTrainer")
            : nil
        let inputs = result?.floatPointer("FusedTrainer.backward")
        _ = call("FusedTrainer.backward", given, network.storage, result, more: [rows.tensor]) {
            error in
            rows.withRows {
                ot_network_backward(network.handle, numbers, $0, outputs, inputs, error)
            }
        }
        return result
    }

    /// The gradient `[member, rows, inputs]` by the inputs of the last `trace`, given that by its
    /// outputs, with the parameters as constants: half the work of `backward`. The trace is used up.
    public func inputGradient(_ gradient: Tensor) -> Tensor {
        guard let rows = traced else { fail("FusedTrainer.inputGradient", "nothing was traced") }
        let shape = [network.members, rows.count, network.outputs]
        if gradient.shape != shape {
            fail("FusedTrainer.inputGradient", "gradient \(gradient.shape) of outputs \(shape)")
        }
        let given = gradient.contiguous()
        let numbers = network.storage.floatPointer("FusedTrainer.inputGradient")
        let outputs = given.floatPointer("FusedTrainer.inputGradient")
        let result = Tensor.uninitialized(
            [network.members, rows.count, network.inputs], "FusedTrainer.inputGradient")
        let inputs = result.floatPointer("FusedTrainer.inputGradient")
        _ = call(
            "FusedTrainer.inputGradient", given, network.storage, result, more: [rows.tensor]
        ) { error in
            rows.withRows {
                ot_network_input_gradient(network.handle, numbers, $0, outputs, inputs, error)
            }
        }
        traced = nil
        return result
    }

    /// The parameters' gradient that the last `step` or `backward` found, laid out like the
    /// network's storage; a copy.
    public var gradient: Tensor {
        let numbers = ot_network_gradient(network.handle)
        return Tensor(
            Array(UnsafeBufferPointer(start: numbers, count: network.storage.count)))
    }

    /// One Adam update with the gradient of the last `backward`, and that gradient's norm.
    ///
    /// Where `clippingNorm` is given, a larger gradient is scaled down to it. A gradient that is
    /// not finite changes nothing: the caller sees it in the norm returned.
    @discardableResult
    public func update(clippingNorm: Double? = nil) -> Double {
        let norm = gradientNorm
        if norm.isFinite { update(scale: clippingNorm.map { norm > $0 ? $0 / norm : 1 } ?? 1) }
        return norm
    }

    /// The global norm of the gradient of the last `backward`.
    public var gradientNorm: Double { ot_network_gradient_norm(network.handle) }

    /// One Adam update with the gradient of the last `backward`, times a factor: for networks that
    /// are clipped together.
    public func update(scale: Double) {
        if traced == nil { fail("FusedTrainer.update", "nothing was traced") }
        var finite: Int32 = 1
        _ = call("FusedTrainer.update", network.storage, mean, square) { error in
            withUpdate(scale: scale) {
                ot_network_adam(network.handle, $0, $1, $2, $3, &finite, error)
            }
        }
    }

    /// Stores the number of updates, the learning rate and both averages.
    public func save(to archive: Archive) {
        archive.store(steps, as: "steps")
        archive.store(learningRate, as: "learningRate")
        archive.store(mean, as: "mean")
        archive.store(square, as: "square")
    }

    /// Replaces the state by one that was stored; the network is stored apart.
    ///
    /// - Throws: `ArchiveError` where a part is missing or of another shape; nothing has changed
    ///   then.
    public func load(from archive: Archive) throws(ArchiveError) {
        let steps = try archive.value("steps", as: Int.self)
        let rate = try archive.value("learningRate", as: Double.self)
        let first = try archive.tensor("mean", like: mean)
        let second = try archive.tensor("square", like: square)
        mean.assign(first)
        square.assign(second)
        self.steps = steps
        learningRate = rate
    }

    typealias Floats = UnsafeMutablePointer<Float>

    /// Counts an update and hands out what it needs: settings, parameters and both averages.
    func withUpdate<Result>(
        scale: Double, _ body: (OTNetworkAdam, Floats, Floats, Floats) -> Result
    ) -> Result {
        traced = nil
        steps += 1
        defer { network.markChanged() }
        let operation: StaticString = "FusedTrainer"
        return weightDecay.withUnsafeBufferPointer {
            body(
                OTNetworkAdam(
                    learning_rate: learningRate, beta1: decays.first, beta2: decays.second,
                    epsilon: epsilon, weight_decay: $0.baseAddress, gradient_scale: scale,
                    step: Int64(steps)),
                network.storage.floatPointer(operation), mean.floatPointer(operation),
                square.floatPointer(operation))
        }
    }
}
