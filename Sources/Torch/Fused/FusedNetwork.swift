import OptimistCTorch
import OptimistCore

/// An ensemble of multilayer perceptrons in `float32` on the CPU whose whole forward pass, training
/// step or rollout is one call; one member is an ordinary network.
///
/// All parameters lie in one buffer, which `FusedTrainer` trains and `FusedTransition` rolls out.
/// Names and shapes of the parameters are those of `EnsemblePerceptron`, so archives and copies go
/// either way. Parameters may be changed in place by whatever means: nothing is kept of them.
public final class FusedNetwork: Module {
    /// The number of members.
    public let members: Int
    /// Inputs, hidden widths and outputs.
    public let sizes: [Int]
    /// The activation between layers.
    public let activation: Activation
    /// The activation after the last layer.
    public let outputActivation: Activation
    /// All parameters, layer by layer: weights `[member, in, out]`, then biases `[member, out]`.
    public let storage: Tensor
    /// Views of the storage, leaves of the gradient's graph: `layer0.weight` and so on.
    public let parameters: [NamedTensor]

    let handle: OpaquePointer

    /// A network with all parameters 0.
    ///
    /// - Parameters:
    ///   - members: the number of members.
    ///   - sizes: inputs, hidden widths and outputs; at least two numbers.
    ///   - activation: the activation between layers; any but gelu and softplus.
    ///   - outputActivation: the activation after the last layer; any but gelu and softplus.
    public init(
        members: Int = 1, sizes: [Int], activation: Activation = .silu,
        outputActivation: Activation = .identity
    ) {
        if members < 1 || sizes.count < 2 || sizes.contains(where: { $0 < 1 }) {
            fail("FusedNetwork.init", "\(members) members of sizes \(sizes)")
        }
        guard let inner = activation.fusedCode, let last = outputActivation.fusedCode else {
            fail("FusedNetwork.init", "no kernels for \(activation) and \(outputActivation)")
        }
        self.members = members
        self.sizes = sizes
        self.activation = activation
        self.outputActivation = outputActivation
        let layers = sizes.count - 1
        let codes = [Int32](repeating: inner, count: layers - 1) + [last]
        handle = call("FusedNetwork.init") { error in
            sizes.withUnsafeBufferPointer { widths in
                codes.withUnsafeBufferPointer { codes in
                    ot_network_create(
                        OTNetworkShape(
                            members: members, layers: layers, widths: widths.baseAddress,
                            activations: codes.baseAddress), error)
                }
            }
        }!
        storage = .zeros([ot_network_parameter_count(handle)])
        parameters = Self.views(of: storage, handle, members, sizes)
    }

    /// A network with the parameters of a composed one, which are copied.
    public convenience init(_ network: EnsemblePerceptron) {
        let shapes = network.layers.map { $0.weight.shape }
        self.init(
            members: shapes[0][0], sizes: [shapes[0][1]] + shapes.map { $0[2] },
            activation: network.activation, outputActivation: network.outputActivation)
        copyParameters(from: network)
    }

    /// A network with drawn weights, the same as those of an `EnsemblePerceptron`.
    public convenience init(
        members: Int = 1, sizes: [Int], activation: Activation = .silu,
        outputActivation: Activation = .identity, initializer: Initializer = .truncatedNormal,
        using generator: inout Generator
    ) {
        self.init(
            EnsemblePerceptron(
                members: members, sizes: sizes, activation: activation,
                outputActivation: outputActivation, initializer: initializer, using: &generator))
    }

    deinit { ot_network_free(handle) }

    /// The vector instructions that the kernels use on this machine: `avx512`, `avx2` or
    /// `baseline`.
    public static var instructionSet: String { String(cString: ot_network_instruction_set()) }

    /// The width of the inputs.
    public var inputs: Int { sizes[0] }
    /// The width of the outputs.
    public var outputs: Int { sizes[sizes.count - 1] }
    /// The number of layers.
    public var layerCount: Int { sizes.count - 1 }

    /// A network with equal parameters of its own.
    public func copied() -> FusedNetwork {
        let copy = FusedNetwork(
            members: members, sizes: sizes, activation: activation,
            outputActivation: outputActivation)
        copy.storage.assign(storage)
        return copy
    }

    /// The outputs as part of the gradient's graph, `[member, rows, outputs]`, for inputs
    /// `[member, rows, inputs]` or `[rows, inputs]`. Without a gradient `predict` is faster.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        var value = input.rank == 2 ? input.expanded([members] + input.shape) : input
        for layer in 0..<layerCount {
            let isLast = layer == layerCount - 1
            value = value.dense(
                weight: parameters[2 * layer].tensor, bias: parameters[2 * layer + 1].tensor,
                activation: isLast ? outputActivation : activation)
        }
        return value
    }

    /// The outputs `[group, rows, outputs]` as constants, for inputs `[group, rows, inputs]`, or
    /// for inputs `[rows, inputs]` that all groups share.
    ///
    /// - Parameters:
    ///   - input: the rows.
    ///   - chosen: the member that serves each group; nil for all members in order.
    public func predict(_ input: Tensor, members chosen: [Int]? = nil) -> Tensor {
        let rows = Rows(input, self, chosen, "FusedNetwork.predict")
        let result = Tensor.uninitialized([rows.groups, rows.count, outputs], "FusedNetwork")
        let output = result.floatPointer("FusedNetwork.predict")
        let numbers = storage.floatPointer("FusedNetwork.predict")
        _ = call("FusedNetwork.predict", rows.tensor, storage, result) { error in
            rows.withRows { ot_network_forward(handle, numbers, $0, output, error) }
        }
        return result
    }

    /// Calls that write parameters behind LibTorch's back say so.
    func markChanged() { ot_mark_changed(storage.handle) }

    private static func views(
        of storage: Tensor, _ handle: OpaquePointer, _ members: Int, _ sizes: [Int]
    ) -> [NamedTensor] {
        (0..<(sizes.count - 1)).flatMap { layer in
            let (inputs, outputs) = (sizes[layer], sizes[layer + 1])
            let weights = ot_network_weight_offset(handle, layer)
            let biases = ot_network_bias_offset(handle, layer)
            func view(_ start: Int, _ shape: [Int]) -> Tensor {
                storage.slice(axis: 0, start..<(start + shape.reduce(1, *))).reshaped(shape)
                    .requiringGradient()
            }
            return [
                NamedTensor("layer\(layer).weight", view(weights, [members, inputs, outputs])),
                NamedTensor("layer\(layer).bias", view(biases, [members, 1, outputs])),
            ]
        }
    }
}
