import OptimistCore
import OptimistTorch

/// What is left of a column's rewards from each step on, in reward units.
///
/// One rule for endings throughout: after a termination nothing follows, after a truncation (and
/// at the end of a column that was cut) the value of the last observation stands for what would
/// have followed. Padding takes no part.
public enum Returns {
    /// λ-returns: G_t = r_t + γ c_t [(1 − λ) V(s_{t+1}) + λ G_{t+1}], with G = V at the column's
    /// last observation (Sutton and Barto 2018, eq. 12.20). λ = 1 gives discounted returns with a
    /// bootstrap, λ = 0 one-step targets.
    ///
    /// - Parameters:
    ///   - batch: columns of steps.
    ///   - values: V of every observation, `[time + 1, batch]`, in reward.
    ///   - discount: γ, the factor from one reward to the next.
    ///   - lambda: λ, how much of the longer returns counts.
    /// - Returns: `[time, batch]` float32; 0 at padding.
    public static func lambda(
        _ batch: Batch, values: Tensor, discount: Double, lambda: Double
    ) -> Tensor {
        let columns = Columns(batch, values)
        var returns = [Float](repeating: 0, count: columns.time * columns.width)
        for column in 0..<columns.width {
            var following = 0.0
            for step in stride(from: columns.length(column) - 1, through: 0, by: -1) {
                let last = step == columns.length(column) - 1
                let value = columns.value(step + 1, column)
                let tail = last ? value : (1 - lambda) * value + lambda * following
                following =
                    columns.reward(step, column)
                    + discount * columns.continuation(step, column) * tail
                returns[step * columns.width + column] = Float(following)
            }
        }
        return Tensor(returns, shape: [columns.time, columns.width]).to(values.device)
    }

    /// Generalized advantage estimates: A_t = Σ_k (γλ)^k δ_{t+k},
    /// δ_t = r_t + γ c_t V(s_{t+1}) − V(s_t) (Schulman et al. 2016, eq. 16); equal to the
    /// λ-return minus V(s_t).
    ///
    /// - Returns: `[time, batch]` float32; 0 at padding.
    public static func advantages(
        _ batch: Batch, values: Tensor, discount: Double, lambda: Double
    ) -> Tensor {
        let returns = Returns.lambda(batch, values: values, discount: discount, lambda: lambda)
        return (returns - values.slice(axis: 0, 0..<batch.time)) * batch.valid
    }

    /// Discounted sums of rewards without any bootstrap: what an episode brought.
    ///
    /// - Returns: `[time, batch]` float32; 0 at padding.
    public static func discounted(_ batch: Batch, discount: Double) -> Tensor {
        let zeros = Tensor.zeros([batch.time + 1, batch.width], device: batch.rewards.device)
        return lambda(batch, values: zeros, discount: discount, lambda: 1)
    }
}

/// A batch's columns as plain numbers.
private struct Columns {
    let time: Int
    let width: Int
    private let rewards: [Float]
    private let continuations: [Float]
    private let values: [Float]
    private let lengths: [Int]

    init(_ batch: Batch, _ values: Tensor) {
        if values.shape != [batch.time + 1, batch.width] {
            fail("Returns", "values \(values.shape) for \(batch.time) × \(batch.width) steps")
        }
        (time, width) = (batch.time, batch.width)
        rewards = batch.rewards.floats()
        continuations = batch.continuation.floats()
        self.values = values.detached().floats()
        lengths = batch.valid.sum(axis: 0).floats().map(Int.init)
    }

    func length(_ column: Int) -> Int { lengths[column] }
    func reward(_ step: Int, _ column: Int) -> Double { Double(rewards[step * width + column]) }
    func value(_ step: Int, _ column: Int) -> Double { Double(values[step * width + column]) }
    func continuation(_ step: Int, _ column: Int) -> Double {
        Double(continuations[step * width + column])
    }
}
