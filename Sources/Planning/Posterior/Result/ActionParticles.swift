import OptimistCore
import OptimistTorch

/// Weighted action sequences: a posterior without a formula.
public struct ActionParticles {
    /// `[state, particle, horizon, action]`, or `[state, particle, horizon]` where they are
    /// indices.
    public var actions: Tensor
    /// Normalized log-weights, `[state, particle]`.
    public var logWeights: Tensor

    /// Particles with log-weights up to a constant for each state.
    public init(actions: Tensor, logWeights: Tensor) {
        if actions.rank < 3 || Array(actions.shape.prefix(2)) != logWeights.shape {
            fail(
                "ActionParticles", "weights \(logWeights.shape) for sequences \(actions.shape)")
        }
        self.actions = actions
        self.logWeights = logWeights.logSoftmax(axis: 1)
    }

    /// The first actions, `[state, particle, ...]`.
    public var first: Tensor { actions.select(axis: 2, 0) }

    /// The effective sample size 1/Σ w², `[state]`.
    public var effectiveSampleSize: Tensor {
        logWeights.exp().square().sum(axis: 1).reciprocal()
    }

    /// A few equally weighted sequences, `[state, count, horizon, ...]`, by systematic resampling:
    /// a sequence of weight w appears ⌊count · w⌋ or ⌈count · w⌉ times.
    public func resampled(_ count: Int, using generator: inout Generator) -> Tensor {
        if count < 1 { fail("ActionParticles.resampled", "\(count) sequences") }
        return withoutGradient {
            let start = Tensor.uniform(
                [logWeights.shape[0], 1], type: logWeights.elementType,
                device: logWeights.device, using: &generator)
            let total = Tensor.full(like: start, Double(count))
            let chosen = logWeights.exp().systematicIndices(
                start: start, total: total, slots: count)
            return actions.taking(chosen)
        }
    }
}

extension Tensor {
    /// Systematic resampling: position i lies at (i + start) / total, and picks of weights
    /// `[state, particle]`, which sum to 1 for each state, the one into whose stretch it falls.
    ///
    /// - Parameters:
    ///   - start: in [0, 1), `[state, 1]`.
    ///   - total: positions that are spread over all weights, `[state, 1]`.
    ///   - slots: positions asked for.
    /// - Returns: indices `[state, slot]`.
    func systematicIndices(start: Tensor, total: Tensor, slots: Int) -> Tensor {
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
    func taking(_ indices: Tensor) -> Tensor {
        let (shape, chosen) = (self.shape, indices.shape)
        let offsets = Tensor.arange(shape[0]).to(device) * Double(shape[1])
        let flat = (indices + offsets.unsqueezed(axis: 1)).reshaped([-1])
        let rows = reshaped([shape[0] * shape[1]] + shape.dropFirst(2))
        return rows.indexSelect(axis: 0, flat).reshaped(chosen + shape.dropFirst(2))
    }
}
