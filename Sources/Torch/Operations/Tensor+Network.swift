import OptimistCTorch

// Operations of neural networks.
extension Tensor {
    /// x Wᵀ + b for x `[..., inputs]`, W `[outputs, inputs]` and b `[outputs]`.
    public func linear(weight: Tensor, bias: Tensor? = nil) -> Tensor {
        make("Tensor.linear", self, weight, bias) {
            ot_linear(handle, weight.handle, bias?.handle, $0)
        }
    }

    /// bias + x W for matrices, the bias broadcast.
    public func matmul(_ other: Tensor, addedTo bias: Tensor) -> Tensor {
        let batched = rank == 3
        return make("Tensor.matmul(_:addedTo:)", bias, self, other) {
            batched
                ? ot_baddbmm(bias.handle, handle, other.handle, $0)
                : ot_addmm(bias.handle, handle, other.handle, $0)
        }
    }

    /// The convolution of x `[batch, in, length]` with W `[out, in/groups, width]`; b is `[out]`.
    public func convolution1D(
        weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
        dilation: Int = 1, groups: Int = 1
    ) -> Tensor {
        convolution(
            "Tensor.convolution1D", weight, bias, [stride], [padding], [0], [dilation], groups,
            transposed: false)
    }

    /// The convolution of x `[batch, in, height, width]` with W `[out, in/groups, height, width]`;
    /// b is `[out]`. Each size becomes ⌊(size + 2 padding − dilation (kernel − 1) − 1)/stride⌋ + 1.
    public func convolution2D(
        weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
        dilation: Int = 1, groups: Int = 1
    ) -> Tensor {
        convolution(
            "Tensor.convolution2D", weight, bias, [stride, stride], [padding, padding], [0, 0],
            [dilation, dilation], groups, transposed: false)
    }

    /// The transpose of `convolution1D`: x `[batch, in, length]`, W `[in, out/groups, width]`.
    public func transposedConvolution1D(
        weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
        outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1
    ) -> Tensor {
        convolution(
            "Tensor.transposedConvolution1D", weight, bias, [stride], [padding], [outputPadding],
            [dilation], groups, transposed: true)
    }

    /// The transpose of `convolution2D`: x `[batch, in, height, width]`,
    /// W `[in, out/groups, height, width]`. Each size becomes
    /// (size − 1) stride − 2 padding + dilation (kernel − 1) + outputPadding + 1.
    public func transposedConvolution2D(
        weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
        outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1
    ) -> Tensor {
        convolution(
            "Tensor.transposedConvolution2D", weight, bias, [stride, stride], [padding, padding],
            [outputPadding, outputPadding], [dilation, dilation], groups, transposed: true)
    }

    private func convolution(
        _ operation: StaticString, _ weight: Tensor, _ bias: Tensor?, _ stride: [Int],
        _ padding: [Int], _ outputPadding: [Int], _ dilation: [Int], _ groups: Int,
        transposed: Bool
    ) -> Tensor {
        // The four lists lie in one buffer, so that one pointer keeps them all alive.
        let dimensions = stride.count
        return (stride + padding + outputPadding + dilation).withUnsafeBufferPointer { lists in
            let start = lists.baseAddress!
            let settings = OTConvolution(
                stride: start, padding: start + dimensions,
                output_padding: start + 2 * dimensions, dilation: start + 3 * dimensions,
                dimensions: Int32(dimensions), groups: groups)
            return make(operation, self, weight, bias) {
                ot_convolution(
                    handle, weight.handle, bias?.handle, settings, transposed ? 1 : 0, $0)
            }
        }
    }

    /// The trailing axes of the given shape brought to mean 0 and variance 1, then scaled by the
    /// gain and moved by the bias, both of that shape (Ba, Kiros and Hinton, 2016).
    public func layerNormalized(
        _ shape: [Int], gain: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
    ) -> Tensor {
        make("Tensor.layerNormalized", self, gain, bias) {
            ot_layer_norm(
                handle, shape, Int32(shape.count), gain?.handle, bias?.handle, epsilon, $0)
        }
    }

    /// One step of a gated recurrent unit (Cho et al., 2014) on x `[batch, inputs]`:
    ///
    ///     r = sigmoid(x W_rᵀ + b_r + h U_rᵀ + c_r)      z = sigmoid(x W_zᵀ + b_z + h U_zᵀ + c_z)
    ///     n = tanh(x W_nᵀ + b_n + r (h U_nᵀ + c_n))     h' = (1 − z) n + z h
    ///
    /// The input weights W `[3 hidden, inputs]`, hidden weights U `[3 hidden, hidden]` and biases
    /// `[3 hidden]` hold the parts r, z and n in this order; h is `[batch, hidden]`.
    public func gruCell(
        hidden: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor?,
        hiddenBias: Tensor?
    ) -> Tensor {
        make(
            "Tensor.gruCell", self, hidden, inputWeight,
            more: [hiddenWeight, inputBias, hiddenBias]
        ) {
            ot_gru_cell(
                handle, hidden.handle, inputWeight.handle, hiddenWeight.handle, inputBias?.handle,
                hiddenBias?.handle, $0)
        }
    }
}
