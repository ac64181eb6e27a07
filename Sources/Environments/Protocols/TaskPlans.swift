import OptimistCore

/// Action sequences to be tried in a task, as pointers into flat buffers.
///
/// The action of plan `n` at time `t` lies at `actions + n · planStride + t · timeStride`, so that
/// both plan-first and time-first buffers serve.
@frozen
public struct TaskPlans<State: Sendable>: @unchecked Sendable {
    /// Where plan `n` starts: `starts[n · startStride]`, read only.
    public var starts: UnsafePointer<State>
    /// 0 where all plans start from one state, 1 where each has its own.
    public var startStride: Int
    /// The actions, in the environment's own units and within its space.
    public var actions: UnsafePointer<Float>
    /// Floats from one plan to the next.
    public var planStride: Int
    /// Floats from one time to the next.
    public var timeStride: Int
    /// Actions in a plan.
    public var horizon: Int
    /// The factor from one reward to the next.
    public var discount: Double
    /// The noise of a random task: every plan sees the same.
    public var generator: Generator
    /// The plans to try.
    public var range: Range<Int>

    /// Plans that lie in the given buffers.
    @inlinable
    public init(
        starts: UnsafePointer<State>, startStride: Int, actions: UnsafePointer<Float>,
        planStride: Int, timeStride: Int, horizon: Int, discount: Double = 1,
        generator: Generator, range: Range<Int>
    ) {
        self.starts = starts
        self.startStride = startStride
        self.actions = actions
        self.planStride = planStride
        self.timeStride = timeStride
        self.horizon = horizon
        self.discount = discount
        self.generator = generator
        self.range = range
    }
}

extension Task {
    /// Writes `Σ_t discount^t · reward_t` of each plan at its index; nothing follows a termination.
    @inlinable
    public func returns(of plans: TaskPlans<State>, into sums: UnsafeMutablePointer<Double>) {
        for plan in plans.range {
            var state = plans.starts[plan * plans.startStride]
            var generator = plans.generator
            var action = plans.actions + plan * plans.planStride
            var sum = 0.0
            var weight = 1.0
            for _ in 0..<plans.horizon {
                let (reward, terminated) = advance(&state, action: action, using: &generator)
                sum += weight * reward
                if terminated { break }
                weight *= plans.discount
                action += plans.timeStride
            }
            sums[plan] = sum
        }
    }

    /// The returns of plans that start from one state; `actions` is `[plan, time, action]`.
    ///
    /// For tests and small uses: a planner keeps its buffers and calls `returns(of:into:)`.
    public func returns(
        of actions: [Float], horizon: Int, from state: State, discount: Double = 1,
        generator: Generator = Generator(seed: 0)
    ) -> [Double] {
        let width = actionSpace.width
        let count = actions.count / (horizon * width)
        if count * horizon * width != actions.count {
            fail("Task.returns", "\(actions.count) floats are no plans of \(horizon) × \(width)")
        }
        var sums = [Double](repeating: 0, count: count)
        withUnsafePointer(to: state) { start in
            actions.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                let plans = TaskPlans(
                    starts: start, startStride: 0, actions: base, planStride: horizon * width,
                    timeStride: width, horizon: horizon, discount: discount,
                    generator: generator, range: 0..<count)
                returns(of: plans, into: &sums)
            }
        }
        return sums
    }
}
