import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Single transitions of a replay, as networks of states read them.
public struct ReplayedRows {
    /// Encoded observations, `[rows, features]`.
    let features: Tensor
    /// What was done, `[rows]` or `[rows, width]`.
    let actions: Tensor
    /// `[rows]`.
    let rewards: Tensor
    /// Encoded observations that followed, `[rows, features]`.
    let nextFeatures: Tensor
    /// 0 where the task ended, `[rows]`; a truncation is no end.
    let continuation: Tensor

    /// Rows with all their parts.
    init(
        features: Tensor, actions: Tensor, rewards: Tensor, nextFeatures: Tensor,
        continuation: Tensor
    ) {
        self.features = features
        self.actions = actions
        self.rewards = rewards
        self.nextFeatures = nextFeatures
        self.continuation = continuation
    }

    /// Rows of a batch of single transitions.
    init(_ batch: Batch, _ encoder: ObservationEncoder) {
        let encoded = encoder(batch.observations)
        self.init(
            features: encoded.select(axis: 0, 0), actions: batch.actions.select(axis: 0, 0),
            rewards: batch.rewards.select(axis: 0, 0), nextFeatures: encoded.select(axis: 0, 1),
            continuation: batch.continuation.select(axis: 0, 0))
    }

    /// What networks of state and action read, `[rows, features + width]`.
    var pairs: Tensor { Tensor.concatenated([features, actions], axis: 1) }
}
