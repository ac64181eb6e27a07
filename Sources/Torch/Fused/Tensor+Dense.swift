import OptimistCTorch
import OptimistCore

extension Activation {
    /// The code of the kernels that end a layer with this activation; nil where none does.
    var fusedCode: Int32? {
        switch self {
        case .identity: 0
        case .relu: 1
        case .tanh: 2
        case .sigmoid: 3
        case .silu: 4
        case .elu: 5
        case .gelu, .softplus: nil
        }
    }
}

extension Tensor {
    /// A dense layer as one operation: activation(x W + b), for x `[..., in]`, W `[in, out]` and b
    /// `[out]`; or an ensemble of them for `[member, rows, in]`, `[member, in, out]` and
    /// `[member, out]`.
    ///
    /// Product, bias and activation are fused, forward and backward, for `float32` tensors on the
    /// CPU with at least 8 rows and an activation other than gelu and softplus. By rule, not by
    /// failure, everything else is composed of LibTorch's own operations, as is a gradient that is
    /// to be differentiated again. `isFused(with:bias:)` tells which.
    ///
    /// - Parameters:
    ///   - weight: W, or its transpose `[..., out, in]` if `isTransposed`.
    ///   - bias: b; nil for none.
    ///   - activation: the function applied to each sum.
    ///   - isTransposed: whether `weight` is the transpose.
    public func dense(
        weight: Tensor, bias: Tensor? = nil, activation: Activation = .identity,
        isTransposed: Bool = false
    ) -> Tensor {
        guard let code = activation.fusedCode else {
            return activation(dense(weight: weight, bias: bias, isTransposed: isTransposed))
        }
        return make("Tensor.dense", self, weight, bias) {
            ot_fused_dense(handle, weight.handle, bias?.handle, code, isTransposed ? 1 : 0, $0)
        }
    }

    /// Whether `dense` uses the fused kernels for these tensors.
    public func isFused(with weight: Tensor, bias: Tensor? = nil) -> Bool {
        withExtendedLifetime((self, weight, bias)) {
            ot_fused_dense_applies(handle, weight.handle, bias?.handle) != 0
        }
    }

    /// The numbers of a contiguous `float32` tensor on the CPU. The tensor must be kept alive.
    func floatPointer(_ operation: StaticString) -> UnsafeMutablePointer<Float> {
        if elementType != .float32 || device != .cpu || !isContiguous {
            fail("\(operation)", "needs contiguous float32 on the CPU, not \(signature)")
        }
        let bytes = call(operation, self) { ot_bytes(handle, $0) }!
        return UnsafeMutableRawPointer(mutating: bytes).assumingMemoryBound(to: Float.self)
    }

    /// A `float32` tensor on the CPU whose elements are still to be written.
    static func uninitialized(_ shape: [Int], _ operation: StaticString) -> Tensor {
        make(operation) {
            ot_empty(
                shape, Int32(shape.count), ElementType.float32.code, Device.cpu.index, $0)
        }
    }
}
