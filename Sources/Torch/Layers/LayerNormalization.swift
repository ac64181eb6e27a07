import OptimistCore

/// Brings the last axis to mean 0 and variance 1, then scales and moves it (Ba et al., 2016).
public struct LayerNormalization: Module {
    /// The gain `[size]`.
    public let gain: Tensor
    /// The bias `[size]`.
    public let bias: Tensor
    /// Added to the variance.
    public let epsilon: Double

    /// A layer with the given parameters, which are made leaves of the graph.
    public init(gain: Tensor, bias: Tensor, epsilon: Double = 1e-5) {
        self.gain = gain.requiringGradient()
        self.bias = bias.requiringGradient()
        self.epsilon = epsilon
    }

    /// A layer with gain 1 and bias 0.
    public init(
        _ size: Int, epsilon: Double = 1e-5, type: ElementType = .float32, device: Device = .cpu
    ) {
        self.init(
            gain: .ones([size], type: type, device: device),
            bias: .zeros([size], type: type, device: device), epsilon: epsilon)
    }

    /// The parameters `gain` and `bias`.
    public var parameters: [NamedTensor] { [NamedTensor("gain", gain), NamedTensor("bias", bias)] }

    /// The normalized input `[..., size]`.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        input.layerNormalized(gain.shape, gain: gain, bias: bias, epsilon: epsilon)
    }

    /// A layer with equal parameters of its own.
    public func copied() -> LayerNormalization {
        LayerNormalization(
            gain: gain.detached().copy(), bias: bias.detached().copy(), epsilon: epsilon)
    }
}
