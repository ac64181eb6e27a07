import OptimistCore

extension FusedNetwork {
    /// A network with weights drawn member by member, hidden layers and the last one each in their
    /// own way.
    ///
    /// Biases are drawn like weights for `fanInUniform` and are 0 otherwise.
    ///
    /// - Parameters:
    ///   - members: the number of members.
    ///   - sizes: inputs, hidden widths and outputs.
    ///   - activation: the activation between layers.
    ///   - hidden: how the weights of all layers but the last are drawn.
    ///   - output: how those of the last layer are drawn.
    ///   - generator: draws.
    public convenience init(
        members: Int = 1, sizes: [Int], activation: Activation, hidden: Initializer,
        output: Initializer, using generator: inout Generator
    ) {
        self.init(members: members, sizes: sizes, activation: activation)
        for layer in 0..<layerCount {
            let (inputs, outputs) = (sizes[layer], sizes[layer + 1])
            let initializer = layer == layerCount - 1 ? output : hidden
            for member in 0..<members {
                let weight = initializer.tensor(
                    [inputs, outputs], fanIn: inputs, fanOut: outputs, using: &generator)
                parameters[2 * layer].tensor.detached().select(axis: 0, member).assign(weight)
                guard initializer == .fanInUniform else { continue }
                let bias = initializer.tensor(
                    [1, outputs], fanIn: inputs, fanOut: outputs, using: &generator)
                parameters[2 * layer + 1].tensor.detached().select(axis: 0, member).assign(bias)
            }
        }
    }
}
