import OptimistCore
import OptimistExperience
import OptimistTorch

/// Whole episodes side by side with the options that were in force, time first.
package struct OptionTrajectories {
    /// T, of the longest.
    package let steps: Int
    /// B.
    package let batch: Int
    /// Encoded observations, `[T + 1, B, features]`.
    package let features: Tensor
    /// `[T, B]` indices, or `[T, B, width]`.
    package let actions: Tensor
    /// The option of each step, `[T, B]`; 0 at padding.
    package let options: [Int]
    /// What each step brought, `[T, B]`, in reward units.
    package let rewards: [Double]
    /// Steps of each column, `[B]`.
    package let lengths: [Int]
    /// Whether each column ended by itself, and was not cut, `[B]`.
    package let isTerminated: [Bool]
    /// How much each column counts, `[B]`; they sum to 1.
    package let weights: [Double]
    /// Gumbel noise of relaxed options, `[T, B, K]`.
    package let noise: Tensor?

    /// Columns given by their parts.
    package init(
        features: Tensor, actions: Tensor, options: [Int], rewards: [Double], lengths: [Int],
        isTerminated: [Bool], weights: [Double]? = nil, noise: Tensor? = nil
    ) {
        (steps, batch) = (actions.size(axis: 0), actions.size(axis: 1))
        if options.count != steps * batch || rewards.count != options.count
            || lengths.count != batch || isTerminated.count != batch
            || features.size(axis: 0) != steps + 1
        {
            fail(
                "OptionTrajectories",
                "\(options.count) options, \(rewards.count) rewards, \(lengths.count) lengths for "
                    + "\(steps) steps of \(batch)")
        }
        (self.features, self.actions, self.noise) = (features, actions, noise)
        (self.options, self.rewards, self.lengths) = (options, rewards, lengths)
        self.isTerminated = isTerminated
        self.weights = weights ?? Array(repeating: 1 / Double(batch), count: batch)
    }

    /// The names of the columns of episodes that hold options and noise.
    static let optionColumn = "option"
    static let noiseColumn = "noise"

    /// Episodes that ended, as networks read them.
    init(_ episodes: [Episode], encode: (Tensor) -> Tensor) {
        let batch = Batch(episodes)
        self.init(
            features: encode(batch.observations), actions: batch.actions,
            options: batch.columns[Self.optionColumn]!.floats().map { Int($0) },
            rewards: batch.rewards.doubles(), lengths: episodes.map(\.count),
            isTerminated: episodes.map { $0.ending == .terminated },
            noise: batch.columns[Self.noiseColumn])
    }

    /// Steps that happened.
    var count: Int { lengths.reduce(0, +) }

    /// Indices of the steps that happened, in `T × B`.
    package var rows: Tensor {
        Tensor(
            (0..<steps * batch).filter { $0 / batch < lengths[$0 % batch] })
    }

    /// 1 for rows of `T × B` where an episode starts, else 0.
    var isFirst: Tensor {
        Tensor((0..<steps * batch).map { Float($0 < batch ? 1 : 0) })
    }

    /// 1 for steps that happened, else 0, `[T, B]`.
    var valid: Tensor {
        Tensor(
            (0..<steps * batch).map { Float($0 / batch < lengths[$0 % batch] ? 1 : 0) },
            shape: [steps, batch])
    }
}
