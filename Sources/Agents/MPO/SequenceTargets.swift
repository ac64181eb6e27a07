import OptimistCore
import OptimistExperience
import OptimistTorch

/// What a critic should say of replayed steps, looking as far ahead as their sequence goes.
///
/// After a termination nothing follows; after a truncation, and where a sequence was cut, the value
/// of the last observation does.
package enum SequenceTargets {
    /// Retrace (Munos et al. 2016, arXiv 1606.02647, equation 4):
    ///
    ///     G_t = r_t + γ c_t [V(s′) + λ min(1, π/b)(a′) (G_{t+1} − Q(s′, a′))]
    ///
    /// - Parameters:
    ///   - batch: columns of steps.
    ///   - values: V of every observation, `[time + 1, column]`, in reward.
    ///   - replayed: Q of the actions taken, `[time, column]`.
    ///   - logRatios: log π − log b of the actions taken, b the policy that took them,
    ///     `[time, column]`.
    ///   - discount: γ.
    ///   - lambda: λ.
    /// - Returns: `[time, column]`; 0 at padding.
    package static func retrace(
        _ batch: Batch, values: Tensor, replayed: Tensor, logRatios: Tensor, discount: Double,
        lambda: Double = 1
    ) -> Tensor {
        let (time, width) = (batch.time, batch.width)
        let traces = logRatios.minimum(0).exp().floats()
        let (value, worth) = (values.floats(), replayed.floats())
        let (rewards, goesOn) = (batch.rewards.floats(), batch.continuation.floats())
        let lengths = batch.valid.sum(axis: 0).floats().map(Int.init)
        var targets = [Float](repeating: 0, count: time * width)
        for column in 0..<width {
            for step in stride(from: lengths[column] - 1, through: 0, by: -1) {
                let (cell, next) = (step * width + column, (step + 1) * width + column)
                var tail = value[next]
                if step + 1 < lengths[column] {
                    tail += Float(lambda) * traces[next] * (targets[next] - worth[next])
                }
                targets[cell] = rewards[cell] + Float(discount) * goesOn[cell] * tail
            }
        }
        return Tensor(targets, shape: [time, width])
    }
}
