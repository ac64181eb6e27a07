import OptimistCore

/// A network whose outputs for an element see the elements before it alone (Germain, Gregor, Murray
/// and Larochelle 2015, MADE): weights are masked so that no path leads from an element to its own
/// outputs or to those of an earlier one. A context is seen by all.
public struct MaskedPerceptron: Module {
    /// Elements of a row.
    public let size: Int
    /// Numbers that every output may depend on.
    public let context: Int
    /// Outputs for each element.
    public let outputs: Int
    /// The layers; what is masked of their weights is never used.
    public let layers: [Dense]
    /// The activation between layers.
    public let activation: Activation
    private let masks: [Tensor]

    /// A network with drawn weights.
    ///
    /// - Parameters:
    ///   - size: elements of a row.
    ///   - context: numbers that every output may depend on.
    ///   - outputs: outputs for each element.
    ///   - units: the widths of the hidden layers.
    ///   - activation: the activation between layers.
    ///   - outputInitializer: draws the last layer's weights; with zeros all outputs are 0 at first.
    ///   - type: of parameters.
    ///   - generator: draws the weights.
    public init(
        size: Int, context: Int = 0, outputs: Int = 2, units: [Int], activation: Activation = .elu,
        outputInitializer: Initializer = .zeros, type: ElementType = .float32,
        using generator: inout Generator
    ) {
        if size < 1 || context < 0 || outputs < 1 || units.isEmpty {
            fail("MaskedPerceptron", "size \(size), context \(context), units \(units)")
        }
        self.size = size
        self.context = context
        self.outputs = outputs
        self.activation = activation
        // An element may be seen by units of its degree and above; outputs of element d by none.
        let first = (0..<size).map { $0 + 1 } + [Int](repeating: 0, count: context)
        // Units of degree 0 see the context alone: all that the first element's outputs may see.
        let lowest = context > 0 || size == 1 ? 0 : 1
        let hidden = units.map { width in (0..<width).map { $0 % (size - lowest) + lowest } }
        let last = (0..<outputs * size).map { $0 % size }
        let degrees = [first] + hidden + [last]
        masks = zip(degrees, degrees.dropFirst()).map { inputs, outputs in
            Tensor(
                outputs.flatMap { output in inputs.map { $0 <= output ? Float(1) : 0 } },
                shape: [outputs.count, inputs.count]
            ).to(type)
        }
        var layers: [Dense] = []
        for (index, mask) in masks.enumerated() {
            layers.append(
                Dense(
                    inputs: mask.shape[1], outputs: mask.shape[0],
                    initializer: index == masks.count - 1 ? outputInitializer : .fanInUniform,
                    type: type, using: &generator))
        }
        self.layers = layers
    }

    /// The parameters, `layer0.weight` and so on.
    public var parameters: [NamedTensor] {
        layers.enumerated().flatMap { $1.parameters.named("layer\($0)") }
    }

    /// The outputs `[..., outputs, size]` for rows `[..., size]`.
    ///
    /// - Parameters:
    ///   - rows: the elements.
    ///   - seen: the context, `[..., context]`, where there is one.
    public func callAsFunction(_ rows: Tensor, context seen: Tensor? = nil) -> Tensor {
        if rows.size(axis: -1) != size || (seen?.size(axis: -1) ?? 0) != context {
            fail("MaskedPerceptron", "rows \(rows.shape), context \(seen?.shape ?? [])")
        }
        var value = seen.map { .concatenated([rows, $0], axis: -1) } ?? rows
        for (index, layer) in layers.enumerated() {
            let isLast = index == layers.count - 1
            value = value.dense(
                weight: layer.weight * masks[index], bias: layer.bias,
                activation: isLast ? .identity : activation, isTransposed: true)
        }
        return value.reshaped(Array(rows.shape.dropLast()) + [outputs, size])
    }
}
