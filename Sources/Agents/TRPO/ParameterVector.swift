import OptimistCore
import OptimistTorch

/// Parameters of several tensors as one long vector.
struct ParameterVector {
    /// The parameters, changed in place.
    let tensors: [Tensor]
    /// Elements.
    let count: Int

    init(_ parameters: [NamedTensor]) {
        tensors = parameters.map(\.tensor)
        count = tensors.reduce(0) { $0 + $1.count }
    }

    /// Copies of the parameters as they are.
    func snapshot() -> [Tensor] { tensors.map { $0.detached().copy() } }

    /// Puts back what `snapshot` took, bit for bit.
    func restore(_ snapshot: [Tensor]) {
        for (tensor, copy) in zip(tensors, snapshot) { tensor.detached().assign(copy) }
    }

    /// Moves the parameters to `start + scale · direction`.
    func move(from start: [Tensor], by direction: [Tensor], scale: Double) {
        for index in tensors.indices {
            tensors[index].detached().assign(start[index] + direction[index] * scale)
        }
    }

    /// A vector's parts, shaped like the parameters.
    func parts(_ vector: [Double]) -> [Tensor] {
        var start = 0
        return tensors.map { tensor in
            defer { start += tensor.count }
            return Tensor(
                vector[start..<start + tensor.count].map { Float($0) }, shape: tensor.shape)
        }
    }

    /// The vector of tensors shaped like the parameters.
    func vector(_ parts: [Tensor]) -> [Double] {
        Tensor.concatenated(parts.map { $0.detached().flattened() }, axis: 0).doubles()
    }
}
