import OptimistCore

/// A transposed convolution over images with a square kernel.
public struct TransposedConvolution2D: Module {
    /// The weight `[inputs, outputs, kernel, kernel]`.
    public let weight: Tensor
    /// The bias `[outputs]`.
    public let bias: Tensor
    /// The distance between neighboring applications.
    public let stride: Int
    /// Zeros cut around the output.
    public let padding: Int
    /// Added to the size of the output at its far ends.
    public let outputPadding: Int

    /// A layer with the given parameters, which are made leaves of the graph.
    public init(
        weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0
    ) {
        self.weight = weight.requiringGradient()
        self.bias = bias.requiringGradient()
        self.stride = stride
        self.padding = padding
        self.outputPadding = outputPadding
    }

    /// A layer with drawn weights; the bias is drawn too for `fanInUniform`, else zero.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        outputPadding: Int = 0,
        initializer: Initializer = .fanInUniform, type: ElementType = .float32,
        device: Device = .cpu, using generator: inout Generator
    ) {
        let fanIn = inputs * kernel * kernel
        let fanOut = outputs * kernel * kernel
        let law = initializer == .fanInUniform ? initializer : .zeros
        let weight = initializer.tensor(
            [inputs, outputs, kernel, kernel], fanIn: fanIn, fanOut: fanOut, type: type,
            device: device, using: &generator)
        let bias = law.tensor(
            [outputs], fanIn: fanIn, fanOut: fanOut, type: type, device: device,
            using: &generator)
        self.init(
            weight: weight, bias: bias, stride: stride, padding: padding,
            outputPadding: outputPadding)
    }

    /// The parameters `weight` and `bias`.
    public var parameters: [NamedTensor] {
        [NamedTensor("weight", weight), NamedTensor("bias", bias)]
    }

    /// Images `[..., outputs, height, width]` for images `[..., inputs, height, width]`.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        input.imagewise {
            $0.transposedConvolution2D(
                weight: weight, bias: bias, stride: stride, padding: padding,
                outputPadding: outputPadding)
        }
    }

    /// A layer with equal parameters of its own.
    public func copied() -> TransposedConvolution2D {
        TransposedConvolution2D(
            weight: weight.detached().copy(), bias: bias.detached().copy(), stride: stride,
            padding: padding, outputPadding: outputPadding)
    }
}
