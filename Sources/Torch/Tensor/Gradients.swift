import OptimistCTorch
import OptimistCore

/// The gradients of a loss with respect to tensors, in their order and with their shapes.
///
/// - Parameters:
///   - loss: a single number, or any tensor if a seed is given.
///   - inputs: tensors that require gradients, or results of such.
///   - seed: the vector of the vector-Jacobian product, of the loss's shape; 1 if left out.
///   - createGraph: whether the gradients can be differentiated again.
///   - keepingGraph: whether gradients will be asked for again through the same results.
///   - allowUnused: whether an input that the loss does not depend on gives zeros; it is a
///     programmer's error otherwise.
public func gradients(
    of loss: Tensor, withRespectTo inputs: [Tensor], seed: Tensor? = nil,
    createGraph: Bool = false, keepingGraph: Bool = false, allowUnused: Bool = false
) -> [Tensor] {
    var results = [OpaquePointer?](repeating: nil, count: inputs.count)
    let handles = inputs.map { Optional($0.handle) }
    _ = results.withUnsafeMutableBufferPointer { buffer in
        call("gradients(of:withRespectTo:)", loss, seed, more: inputs) {
            ot_gradients(
                [loss.handle], [seed?.handle], 1, handles, Int32(handles.count),
                createGraph || keepingGraph ? 1 : 0, createGraph ? 1 : 0, buffer.baseAddress, $0)
        }
    }
    return zip(inputs.indices, results).map { index, result in
        if let result { return Tensor(owning: result) }
        if !allowUnused {
            fail(
                "gradients(of:withRespectTo:)",
                "the loss does not depend on input \(index), \(inputs[index].signature)")
        }
        return Tensor.zeros(like: inputs[index])
    }
}

/// Runs the closure without recording for gradients, on this thread.
///
/// The mode belongs to the thread, so the closure is synchronous.
public func withoutGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = ot_gradient_mode()
    ot_set_gradient_mode(0)
    defer { ot_set_gradient_mode(before) }
    return try body()
}

/// Runs the closure recording for gradients, on this thread, also where it is called from
/// `withoutGradient`: for what takes gradients of its own while its results are constants.
public func withGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = ot_gradient_mode()
    ot_set_gradient_mode(1)
    defer { ot_set_gradient_mode(before) }
    return try body()
}

extension Tensor {
    /// Whether results of this tensor are recorded for gradients.
    public var requiresGradient: Bool { ot_requires_gradient(handle) != 0 }

    /// A leaf of the graph with the same memory, with respect to which gradients can be taken.
    public func requiringGradient() -> Tensor {
        let leaf = detached()
        _ = call("Tensor.requiringGradient", leaf) { ot_require_gradient(leaf.handle, 1, $0) }
        return leaf
    }

    /// The same memory, cut off from the graph: a constant to gradients.
    public func detached() -> Tensor {
        make("Tensor.detached", self) { ot_detach(handle, $0) }
    }
}
