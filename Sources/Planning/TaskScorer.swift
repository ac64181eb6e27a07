import OptimistCore
import OptimistEnvironments
import OptimistTorch

/// Scores action sequences by rolling them out in a task itself: planning with the true model.
///
/// Actions are in the task's own units. Where the task is random, all sequences of one call see
/// the same noise.
public struct TaskScorer<T: Task>: PlanScorer {
    /// The task that is the model.
    public let task: T
    /// The states planned from.
    public var states: [T.State]
    /// The factor from one reward to the next.
    public var discount: Double

    /// A scorer of plans from the given states.
    public init(_ task: T, from states: [T.State], discount: Double = 1) {
        self.task = task
        self.states = states
        self.discount = discount
    }

    /// The discounted sum of rewards of each sequence; nothing follows a termination.
    public func scores(of sequences: Tensor, using generator: inout Generator) -> Tensor {
        let shape = sequences.shape
        let width = task.actionSpace.width
        if shape.count != 4 || shape[0] != states.count || shape[3] != width {
            fail(
                "TaskScorer", "sequences \(shape) from \(states.count) states, actions of \(width)")
        }
        let noise = generator.split("task").split(Int(truncatingIfNeeded: generator.next() >> 1))
        var sums = [Double](repeating: 0, count: shape[0] * shape[1])
        let floats = sequences.to(.float32).contiguous()
        floats.withUnsafeBytes { bytes in
            let actions = bytes.bindMemory(to: Float.self).baseAddress!
            for index in states.indices {
                score(
                    actions + index * shape[1] * shape[2] * width, index, count: shape[1],
                    horizon: shape[2], noise, into: &sums)
            }
        }
        return Tensor(sums, shape: [shape[0], shape[1]]).to(sequences.elementType)
    }

    private func score(
        _ actions: UnsafePointer<Float>, _ index: Int, count: Int, horizon: Int,
        _ noise: Generator, into sums: inout [Double]
    ) {
        let width = task.actionSpace.width
        withUnsafePointer(to: states[index]) { start in
            sums.withUnsafeMutableBufferPointer { sums in
                task.returns(
                    of: TaskPlans(
                        starts: start, startStride: 0, actions: actions,
                        planStride: horizon * width, timeStride: width, horizon: horizon,
                        discount: discount, generator: noise, range: 0..<count),
                    into: sums.baseAddress! + index * count)
            }
        }
    }
}
