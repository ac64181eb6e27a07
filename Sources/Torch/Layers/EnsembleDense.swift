import OptimistCore

/// Affine layers of several members, computed as one batched product: x W + b.
public struct EnsembleDense: Module {
    /// The weights W `[member, inputs, outputs]`.
    public let weight: Tensor
    /// The biases b `[member, 1, outputs]`.
    public let bias: Tensor

    /// A layer with the given parameters, which are made leaves of the graph.
    public init(weight: Tensor, bias: Tensor) {
        self.weight = weight.requiringGradient()
        self.bias = bias.requiringGradient()
    }

    /// A layer whose members are drawn one after the other; biases as in `Dense`.
    public init(
        members: Int, inputs: Int, outputs: Int, initializer: Initializer = .truncatedNormal,
        type: ElementType = .float32, device: Device = .cpu, using generator: inout Generator
    ) {
        let law = initializer == .fanInUniform ? initializer : .zeros
        var weights: [Tensor] = []
        var biases: [Tensor] = []
        for _ in 0..<members {
            weights.append(
                initializer.tensor(
                    [inputs, outputs], fanIn: inputs, fanOut: outputs, type: type, device: device,
                    using: &generator))
            biases.append(
                law.tensor(
                    [1, outputs], fanIn: inputs, fanOut: outputs, type: type, device: device,
                    using: &generator))
        }
        self.init(weight: .stacked(weights), bias: .stacked(biases))
    }

    /// The number of members.
    public var members: Int { weight.size(axis: 0) }

    /// The parameters `weight` and `bias`.
    public var parameters: [NamedTensor] {
        [NamedTensor("weight", weight), NamedTensor("bias", bias)]
    }

    /// The outputs `[member, batch, outputs]` for inputs `[member, batch, inputs]`, or for inputs
    /// `[batch, inputs]` that all members share, with the activation in the same operation.
    public func callAsFunction(_ input: Tensor, activation: Activation = .identity) -> Tensor {
        let shape = input.shape
        let each = shape.count == 2 ? input.expanded([members] + shape) : input
        return each.dense(weight: weight, bias: bias, activation: activation)
    }

    /// A layer with equal parameters of its own.
    public func copied() -> EnsembleDense {
        EnsembleDense(weight: weight.detached().copy(), bias: bias.detached().copy())
    }
}
