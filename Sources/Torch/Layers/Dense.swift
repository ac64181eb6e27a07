import OptimistCore

/// An affine layer: x Wᵀ + b.
public struct Dense: Module {
    /// The weight W `[outputs, inputs]`.
    public let weight: Tensor
    /// The bias b `[outputs]`, if any.
    public let bias: Tensor?

    /// A layer with the given parameters, which are made leaves of the graph.
    public init(weight: Tensor, bias: Tensor?) {
        self.weight = weight.requiringGradient()
        self.bias = bias?.requiringGradient()
    }

    /// A layer with drawn weights; the bias is drawn too for `fanInUniform`, else zero.
    public init(
        inputs: Int, outputs: Int, hasBias: Bool = true, initializer: Initializer = .fanInUniform,
        type: ElementType = .float32, device: Device = .cpu, using generator: inout Generator
    ) {
        let weight = initializer.tensor(
            [outputs, inputs], fanIn: inputs, fanOut: outputs, type: type, device: device,
            using: &generator)
        let law = initializer == .fanInUniform ? initializer : .zeros
        let bias = law.tensor(
            [outputs], fanIn: inputs, fanOut: outputs, type: type, device: device,
            using: &generator)
        self.init(weight: weight, bias: hasBias ? bias : nil)
    }

    /// The parameters `weight` and `bias`.
    public var parameters: [NamedTensor] {
        [NamedTensor("weight", weight)] + (bias.map { [NamedTensor("bias", $0)] } ?? [])
    }

    /// The outputs `[..., outputs]` for inputs `[..., inputs]`, with the activation in the same
    /// operation.
    public func callAsFunction(_ input: Tensor, activation: Activation = .identity) -> Tensor {
        input.dense(weight: weight, bias: bias, activation: activation, isTransposed: true)
    }

    /// A layer with equal parameters of its own.
    public func copied() -> Dense {
        Dense(weight: weight.detached().copy(), bias: bias?.detached().copy())
    }
}
