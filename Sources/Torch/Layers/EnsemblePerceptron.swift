import OptimistCore

/// Multilayer perceptrons of several members of one build, computed by batched products.
public struct EnsemblePerceptron: Module {
    /// The layers from input to output.
    public let layers: [EnsembleDense]
    /// The activation between layers.
    public let activation: Activation
    /// The activation after the last layer.
    public let outputActivation: Activation

    /// A network of given parts.
    public init(
        layers: [EnsembleDense], activation: Activation, outputActivation: Activation = .identity
    ) {
        self.layers = layers
        self.activation = activation
        self.outputActivation = outputActivation
    }

    /// A network with drawn weights; `sizes` counts inputs, hidden units, ..., outputs.
    public init(
        members: Int, sizes: [Int], activation: Activation = .silu,
        outputActivation: Activation = .identity, initializer: Initializer = .truncatedNormal,
        type: ElementType = .float32, device: Device = .cpu, using generator: inout Generator
    ) {
        if sizes.count < 2 { fail("EnsemblePerceptron.init", "sizes \(sizes) are too few") }
        var layers: [EnsembleDense] = []
        for (inputs, outputs) in zip(sizes, sizes.dropFirst()) {
            layers.append(
                EnsembleDense(
                    members: members, inputs: inputs, outputs: outputs, initializer: initializer,
                    type: type, device: device, using: &generator))
        }
        self.init(layers: layers, activation: activation, outputActivation: outputActivation)
    }

    /// The parameters, `layer0.weight` and so on.
    public var parameters: [NamedTensor] {
        layers.enumerated().flatMap { $1.parameters.named("layer\($0)") }
    }

    /// The outputs `[member, batch, outputs]` for inputs `[member, batch, inputs]` or
    /// `[batch, inputs]`.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        var value = input
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            value = layer(value, activation: isLast ? outputActivation : activation)
        }
        return value
    }

    /// A network with equal parameters of its own.
    public func copied() -> EnsemblePerceptron {
        EnsemblePerceptron(
            layers: layers.map { $0.copied() }, activation: activation,
            outputActivation: outputActivation)
    }
}
