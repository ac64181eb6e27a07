import OptimistCore

/// A convolution over images with a square kernel.
public struct Convolution2D: Module {
    /// The weight `[outputs, inputs, kernel, kernel]`.
    public let weight: Tensor
    /// The bias `[outputs]`.
    public let bias: Tensor
    /// The distance between neighboring applications.
    public let stride: Int
    /// Zeros added around the input.
    public let padding: Int

    /// A layer with the given parameters, which are made leaves of the graph.
    public init(
        weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0
    ) {
        self.weight = weight.requiringGradient()
        self.bias = bias.requiringGradient()
        self.stride = stride
        self.padding = padding
    }

    /// A layer with drawn weights; the bias is drawn too for `fanInUniform`, else zero.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        initializer: Initializer = .fanInUniform, type: ElementType = .float32,
        device: Device = .cpu, using generator: inout Generator
    ) {
        let fanIn = inputs * kernel * kernel
        let fanOut = outputs * kernel * kernel
        let law = initializer == .fanInUniform ? initializer : .zeros
        let weight = initializer.tensor(
            [outputs, inputs, kernel, kernel], fanIn: fanIn, fanOut: fanOut, type: type,
            device: device, using: &generator)
        let bias = law.tensor(
            [outputs], fanIn: fanIn, fanOut: fanOut, type: type, device: device,
            using: &generator)
        self.init(weight: weight, bias: bias, stride: stride, padding: padding)
    }

    /// The parameters `weight` and `bias`.
    public var parameters: [NamedTensor] {
        [NamedTensor("weight", weight), NamedTensor("bias", bias)]
    }

    /// Images `[..., outputs, height, width]` for images `[..., inputs, height, width]`.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        input.imagewise {
            $0.convolution2D(
                weight: weight, bias: bias, stride: stride, padding: padding)
        }
    }

    /// A layer with equal parameters of its own.
    public func copied() -> Convolution2D {
        Convolution2D(
            weight: weight.detached().copy(), bias: bias.detached().copy(), stride: stride,
            padding: padding)
    }
}

extension Tensor {
    /// Applies a function of `[batch, channel, height, width]` with all leading axes as the batch.
    func imagewise(_ body: (Tensor) -> Tensor) -> Tensor {
        let shape = self.shape
        if shape.count == 4 { return body(self) }
        if shape.count < 3 {
            fail("Convolution", "\(signature) has no axes [channel, height, width]")
        }
        let lead = Array(shape.dropLast(3))
        let result = body(reshaped([lead.reduce(1, *)] + shape.suffix(3)))
        return result.reshaped(lead + result.shape.suffix(3))
    }
}
