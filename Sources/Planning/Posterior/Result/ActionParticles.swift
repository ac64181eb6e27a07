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
