import OptimistCore
import OptimistTorch

/// Which steps of a batch of sequences count, in the convention of arrivals: at step t something
/// arrives (observation, reward, whether it ends), the state is inferred, and an action taken.
///
/// Where an episode ends there is an arrival but no action. Its reward, its likelihood and its
/// state consistency count; leaving the consistency out would let the state explain the end for
/// free, and the sum would be no bound.
public struct SequenceMask {
    /// 1 where something arrived that counts, else 0, `[time, batch]`.
    public let arrived: Tensor
    /// 1 where an action was taken that counts, else 0, `[time, batch]`.
    public let acted: Tensor

    /// A mask with its parts, both `[time, batch]`.
    public init(arrived: Tensor, acted: Tensor) {
        if arrived.rank != 2 || arrived.shape != acted.shape {
            fail("SequenceMask", "arrivals \(arrived.shape) and actions \(acted.shape)")
        }
        self.arrived = arrived
        self.acted = acted
    }

    /// The mask of sequences that are as long as their arrivals.
    ///
    /// - Parameters:
    ///   - valid: 1 where something arrived, 0 for padding, `[time, batch]`.
    ///   - continuation: 0 where what arrived ended its episode, so that no action followed, else
    ///     1, `[time, batch]`.
    public init(valid: Tensor, continuation: Tensor) {
        self.init(arrived: valid, acted: valid * continuation)
    }

    /// The mask of a replayed batch with one arrival more than it has steps.
    ///
    /// The first arrival of a column counts where it starts an episode. Elsewhere it belongs to the
    /// step before the column, and what it is judged by, the state before it, is not known.
    ///
    /// - Parameters:
    ///   - steps: 1 for steps that happened, 0 for padding, `[time, batch]`; the mask is
    ///     `[time + 1, batch]`.
    ///   - isFirst: 1 where a column starts its episode, `[batch]`.
    public init(steps: Tensor, isFirst: Tensor) {
        let first = isFirst.unsqueezed(axis: 0)
        self.init(
            arrived: Tensor.concatenated([first, steps]),
            acted: Tensor.concatenated([steps, Tensor.zeros(like: first)]))
    }
}
