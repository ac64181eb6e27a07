import OptimistCore
import OptimistEnvironments
import OptimistTorch
import OrderedCollections

/// Experience as tensors, time first: what every algorithm learns from.
///
/// A column never crosses an episode, so that the last observation is always the true successor,
/// also at a truncation. Shorter columns are padded with `valid` 0. The discount is the agent's.
public struct Batch {
    /// `[time + 1, batch, observation…]`: float32, or uint8 for pictures.
    public var observations: Tensor
    /// `[time, batch, action…]`: float32, or int64 indices where actions are discrete.
    public var actions: Tensor
    /// `[time, batch]` float32: what each action brought.
    public var rewards: Tensor
    /// `[time, batch]` float32: 0 where the action ended the task itself, else 1.
    public var continuation: Tensor
    /// `[time, batch]` float32: 1 for steps that happened, 0 for padding.
    public var valid: Tensor
    /// Extra columns by name, `[time, batch, width]` float32.
    public var columns: OrderedDictionary<String, Tensor>
    /// What came before each column's first observation.
    public var beginning: Beginning

    /// What came before the first observation of each column of a batch.
    public struct Beginning {
        /// `[batch]` float32: 1 where the column starts its episode.
        public var isFirst: Tensor
        /// `[batch, action…]`: the action that led to the first observation, 0 at a start.
        public var action: Tensor
        /// `[batch]` float32: the reward that came with it, 0 at a start.
        public var reward: Tensor
    }

    /// Steps in a column.
    public var time: Int { rewards.shape[0] }
    /// Columns.
    public var width: Int { rewards.shape[1] }
}

extension Batch {
    /// A batch as a filter meets it: each observation with the action and reward that led to it.
    public struct Arrivals {
        /// `[time + 1, batch, observation…]`.
        public let observations: Tensor
        /// `[time + 1, batch, action…]`: the action before each observation, 0 at a start.
        public let actions: Tensor
        /// `[time + 1, batch]`: the reward that came with each observation, 0 at a start.
        public let rewards: Tensor
        /// `[time + 1, batch]`: 1 where an episode starts.
        public let isFirst: Tensor
    }

    /// The arrival view: everything moved one step on, the beginning in front.
    public var onArrival: Arrivals {
        let later = Tensor.zeros([time, width], type: .float32, device: rewards.device)
        return Arrivals(
            observations: observations,
            actions: Tensor.concatenated([beginning.action.unsqueezed(axis: 0), actions], axis: 0),
            rewards: Tensor.concatenated([beginning.reward.unsqueezed(axis: 0), rewards], axis: 0),
            isFirst: Tensor.concatenated([beginning.isFirst.unsqueezed(axis: 0), later], axis: 0))
    }
}
