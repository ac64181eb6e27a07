import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistTorch

/// Replayed steps as policy and critics read them, padding left out.
package struct SoftRows {
    /// What the policy reads, `[rows, features]`; with gradients where a memory made it.
    package let policyFeatures: Tensor
    /// What it reads of the observations that followed, constants.
    package let nextPolicyFeatures: Tensor
    /// What critics read beside actions; with gradients where a memory made it.
    package let criticFeatures: Tensor
    /// What the older critics read of the observations that followed, constants.
    package let nextCriticFeatures: Tensor
    /// Actions as they were done, `[rows]` or `[rows, width]`.
    package let actions: Tensor
    /// `[rows]`.
    package let rewards: Tensor
    /// 0 where the task ended, `[rows]`; a truncation is no end.
    package let continuation: Tensor

    /// Transitions whose features policy and critics share.
    package init(
        features: Tensor, actions: Tensor, rewards: Tensor, nextFeatures: Tensor,
        continuation: Tensor
    ) {
        (policyFeatures, nextPolicyFeatures) = (features, nextFeatures)
        (criticFeatures, nextCriticFeatures) = (features, nextFeatures)
        self.actions = actions
        self.rewards = rewards
        self.continuation = continuation
    }

    /// Rows of a batch of single transitions, which tell the state.
    package init(_ batch: Batch, _ encoder: ObservationEncoder) {
        let rows = ReplayedRows(batch, encoder)
        self.init(
            features: rows.features, actions: rows.actions, rewards: rows.rewards,
            nextFeatures: rows.nextFeatures, continuation: rows.continuation)
    }

    /// Rows of columns of steps, read through memories that start empty.
    ///
    /// - Parameters:
    ///   - batch: columns, with the action and reward before each.
    ///   - encoder: of observations.
    ///   - kind: what actions are.
    ///   - memories: those of policy, critics and older critics.
    ///   - burnIn: steps at the beginning of a column that only fill the memories, where the column
    ///     starts within an episode; at least its last step counts all the same.
    package init(
        _ batch: Batch, _ encoder: ObservationEncoder, _ kind: ActionKind,
        memories: (policy: PolicyMemory, critics: PolicyMemory, older: PolicyMemory), burnIn: Int
    ) {
        let arrivals = MemoryArrivals(batch, encoder, kind)
        let cells = Self.counted(batch, burnIn: burnIn)
        let rows = Tensor(cells)
        // A cell's successor lies a row of columns further on.
        let following = Tensor(cells.map { $0 + batch.width })
        let byPolicy = arrivals.features(memories.policy)
        policyFeatures = byPolicy.indexSelect(axis: 0, rows)
        nextPolicyFeatures = byPolicy.detached().indexSelect(axis: 0, following)
        criticFeatures = arrivals.features(memories.critics).indexSelect(axis: 0, rows)
        nextCriticFeatures = withoutGradient {
            arrivals.features(memories.older).indexSelect(axis: 0, following)
        }
        actions = batch.actions.flattened(from: 0, to: 1).indexSelect(axis: 0, rows)
        rewards = batch.rewards.flattened().indexSelect(axis: 0, rows)
        continuation = batch.continuation.flattened().indexSelect(axis: 0, rows)
    }

    /// Indices in `time × width` of the steps that count.
    package static func counted(_ batch: Batch, burnIn: Int) -> [Int] {
        let width = batch.width
        let valid = batch.valid.floats()
        let isFirst = batch.beginning.isFirst.floats()
        let lengths = batch.valid.sum(axis: 0).floats().map(Int.init)
        let starts = (0..<width).map {
            isFirst[$0] == 1 ? 0 : min(burnIn, lengths[$0] - 1)
        }
        return valid.indices.filter { valid[$0] == 1 && $0 / width >= starts[$0 % width] }
    }

    /// What networks of state and action read, `[rows, features + width]`.
    package var pairs: Tensor { Tensor.concatenated([criticFeatures, actions], axis: 1) }
}

/// Columns of replayed steps as a memory reads them.
struct MemoryArrivals {
    /// Encoded, `[time + 1, column, observation]`.
    private let observations: Tensor
    /// Of the actions before, `[time + 1, column, code]`; 0 where an episode starts.
    private let codes: Tensor
    /// `[time + 1, column]`.
    private let rewards: Tensor

    init(_ batch: Batch, _ encoder: ObservationEncoder, _ kind: ActionKind) {
        let arrivals = batch.onArrival
        observations = encoder(batch.observations)
        codes =
            kind.code(arrivals.actions).to(.float32) * (1 - arrivals.isFirst).unsqueezed(axis: 2)
        rewards = arrivals.rewards
    }

    /// Features of every arrival, `[(time + 1) × column, features]`, with gradients.
    func features(_ memory: PolicyMemory) -> Tensor {
        memory.unrolled(
            from: .zeros([rewards.size(axis: 1), memory.hidden]), observations: observations,
            codes: codes, rewards: rewards
        ).flattened(from: 0, to: 1)
    }
}
