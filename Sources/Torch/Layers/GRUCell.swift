import OptimistCore

/// A gated recurrent unit (Cho et al., 2014), one step at a time; see `Tensor.gruCell`.
public struct GRUCell: Module {
    /// The input weights `[3 hidden, inputs]`: reset, update and candidate.
    public let inputWeight: Tensor
    /// The hidden weights `[3 hidden, hidden]`.
    public let hiddenWeight: Tensor
    /// The input biases `[3 hidden]`.
    public let inputBias: Tensor
    /// The hidden biases `[3 hidden]`.
    public let hiddenBias: Tensor

    /// A cell with the given parameters, which are made leaves of the graph.
    public init(inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor, hiddenBias: Tensor) {
        self.inputWeight = inputWeight.requiringGradient()
        self.hiddenWeight = hiddenWeight.requiringGradient()
        self.inputBias = inputBias.requiringGradient()
        self.hiddenBias = hiddenBias.requiringGradient()
    }

    /// A cell with all parameters drawn uniformly in ±1/√hidden.
    public init(
        inputs: Int, hidden: Int, type: ElementType = .float32, device: Device = .cpu,
        using generator: inout Generator
    ) {
        func draw(_ shape: [Int]) -> Tensor {
            Initializer.fanInUniform.tensor(
                shape, fanIn: hidden, fanOut: hidden, type: type, device: device,
                using: &generator)
        }
        self.init(
            inputWeight: draw([3 * hidden, inputs]), hiddenWeight: draw([3 * hidden, hidden]),
            inputBias: draw([3 * hidden]), hiddenBias: draw([3 * hidden]))
    }

    /// The number of hidden units.
    public var hiddenSize: Int { hiddenWeight.size(axis: 1) }

    /// The parameters `inputWeight`, `hiddenWeight`, `inputBias` and `hiddenBias`.
    public var parameters: [NamedTensor] {
        [
            NamedTensor("inputWeight", inputWeight), NamedTensor("hiddenWeight", hiddenWeight),
            NamedTensor("inputBias", inputBias), NamedTensor("hiddenBias", hiddenBias),
        ]
    }

    /// The next hidden state `[batch, hidden]` for an input `[batch, inputs]`.
    public func callAsFunction(_ input: Tensor, hidden: Tensor) -> Tensor {
        input.gruCell(
            hidden: hidden, inputWeight: inputWeight, hiddenWeight: hiddenWeight,
            inputBias: inputBias, hiddenBias: hiddenBias)
    }

    /// A cell with equal parameters of its own.
    public func copied() -> GRUCell {
        GRUCell(
            inputWeight: inputWeight.detached().copy(),
            hiddenWeight: hiddenWeight.detached().copy(),
            inputBias: inputBias.detached().copy(), hiddenBias: hiddenBias.detached().copy())
    }
}
