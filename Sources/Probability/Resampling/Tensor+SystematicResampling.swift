import OptimistTorch

extension Tensor {
    /// Systematic resampling: position i lies at (i + start) / total, and picks of weights
    /// `[state, particle]`, which sum to 1 for each state, the one into whose stretch it falls.
    ///
    /// - Parameters:
    ///   - start: in [0, 1), `[state, 1]`.
    ///   - total: positions that are spread over all weights, `[state, 1]`.
    ///   - slots: positions asked for.
    /// - Returns: indices `[state, slot]`.
    package func systematicIndices(start: Tensor, total: Tensor, slots: Int) -> Tensor {
        let cumulated = cumulativeSum(axis: 1)
        let whole = cumulated.slice(axis: 1, shape[1] - 1..<shape[1])
        // The first position that is past each particle; a position's particle is then the number
        // of particles that it is past.
        let past = (cumulated / whole * total - start).ceil().clamped(0, Double(slots))
        let counts = Tensor.zeros([shape[0], slots + 1], type: elementType, device: device)
            .scatterAdd(axis: 1, past.to(.int64), Tensor.ones(like: past))
        return counts.slice(axis: 1, 0..<slots).cumulativeSum(axis: 1)
            .minimum(Double(shape[1] - 1)).to(.int64)
    }

    /// The entries that indices `[state, n]` name on axis 1 of `self` `[state, particle, ...]`.
    package func taking(_ indices: Tensor) -> Tensor {
        let (shape, chosen) = (self.shape, indices.shape)
        let offsets = Tensor.arange(shape[0]).to(device) * Double(shape[1])
        let flat = (indices + offsets.unsqueezed(axis: 1)).reshaped([-1])
        let rows = reshaped([shape[0] * shape[1]] + shape.dropFirst(2))
        return rows.indexSelect(axis: 0, flat).reshaped(chosen + shape.dropFirst(2))
    }
}
