import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Transitions drawn from a replay, as networks read them.
struct TransitionRows {
    /// Encoded observations, `[rows, features]`.
    let features: Tensor
    /// Actions as they were done, `[rows]` or `[rows, width]`.
    let actions: Tensor
    /// `[rows]`.
    let rewards: Tensor
    /// Encoded observations that followed, `[rows, features]`.
    let nextFeatures: Tensor
    /// 0 where the task ended, `[rows]`; a truncation is no end.
    let continuation: Tensor

    /// Rows of a batch of single transitions.
    init(_ batch: Batch, _ encoder: ObservationEncoder) {
        let encoded = encoder(batch.observations)
        features = encoded.select(axis: 0, 0)
        nextFeatures = encoded.select(axis: 0, 1)
        actions = batch.actions.select(axis: 0, 0)
        rewards = batch.rewards.select(axis: 0, 0)
        continuation = batch.continuation.select(axis: 0, 0)
    }

    /// What networks of state and action read, `[rows, features + width]`.
    var pairs: Tensor { Tensor.concatenated([features, actions], axis: 1) }
}
