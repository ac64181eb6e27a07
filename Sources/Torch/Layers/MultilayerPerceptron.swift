import OptimistCore

/// Affine layers with an activation after each but the last.
public struct MultilayerPerceptron: Module {
    /// The layers from input to output.
    public let layers: [Dense]
    /// Layer normalizations before each activation; empty for none.
    public let normalizations: [LayerNormalization]
    /// The activation between layers.
    public let activation: Activation
    /// The activation after the last layer.
    public let outputActivation: Activation

    /// A network of given parts.
    public init(
        layers: [Dense], normalizations: [LayerNormalization] = [], activation: Activation,
        outputActivation: Activation = .identity
    ) {
        if !normalizations.isEmpty && normalizations.count != layers.count - 1 {
            fail(
                "MultilayerPerceptron.init",
                "\(normalizations.count) normalizations for \(layers.count) layers")
        }
        self.layers = layers
        self.normalizations = normalizations
        self.activation = activation
        self.outputActivation = outputActivation
    }

    /// A network with drawn weights; `sizes` counts inputs, hidden units, ..., outputs.
    public init(
        sizes: [Int], activation: Activation = .relu, outputActivation: Activation = .identity,
        isNormalized: Bool = false, initializer: Initializer = .fanInUniform,
        outputInitializer: Initializer? = nil, type: ElementType = .float32,
        device: Device = .cpu, using generator: inout Generator
    ) {
        if sizes.count < 2 { fail("MultilayerPerceptron.init", "sizes \(sizes) are too few") }
        var layers: [Dense] = []
        for index in 1..<sizes.count {
            let isLast = index == sizes.count - 1
            layers.append(
                Dense(
                    inputs: sizes[index - 1], outputs: sizes[index],
                    initializer: isLast ? outputInitializer ?? initializer : initializer,
                    type: type, device: device, using: &generator))
        }
        let hidden = isNormalized ? sizes[1..<(sizes.count - 1)] : []
        self.init(
            layers: layers,
            normalizations: hidden.map { LayerNormalization($0, type: type, device: device) },
            activation: activation, outputActivation: outputActivation)
    }

    /// The parameters, `layer0.weight` and so on, each layer followed by its normalization.
    public var parameters: [NamedTensor] {
        layers.enumerated().flatMap { index, layer in
            let own = layer.parameters.named("layer\(index)")
            if !normalizations.indices.contains(index) { return own }
            return own + normalizations[index].parameters.named("normalization\(index)")
        }
    }

    /// The outputs `[..., outputs]` for inputs `[..., inputs]`.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        var value = input
        for index in layers.indices {
            let next = index == layers.count - 1 ? outputActivation : activation
            if normalizations.indices.contains(index) {
                value = next(normalizations[index](layers[index](value)))
            } else {
                value = layers[index](value, activation: next)
            }
        }
        return value
    }

    /// A network with equal parameters of its own.
    public func copied() -> MultilayerPerceptron {
        MultilayerPerceptron(
            layers: layers.map { $0.copied() }, normalizations: normalizations.map { $0.copied() },
            activation: activation, outputActivation: outputActivation)
    }
}
