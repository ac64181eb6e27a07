import OptimistCTorch
import OptimistCore

extension FusedLatentModel {
    /// What is random in a roll-out, drawn beforehand: standard normal numbers.
    public struct Noise {
        /// Of the habit's draws, `[start, row, horizon, action]`.
        public var actions: Tensor
        /// Of z, `[start, row, horizon, latent]`.
        public var states: Tensor

        /// Noise with its parts.
        public init(actions: Tensor, states: Tensor) {
            self.actions = actions
            self.states = states
        }
    }

    /// What is rolled out instead of the habit.
    public struct Plan {
        /// Raw actions, `[start, row, horizon, action]`.
        public var actions: Tensor
        /// Of a start's rows the first so many follow the habit all the same.
        public var habitRows: Int

        /// A plan with its parts.
        public init(actions: Tensor, habitRows: Int) {
            self.actions = actions
            self.habitRows = habitRows
        }
    }

    /// Where the rows came along. Rows of one start follow each other.
    public struct Path {
        /// (h, z) from the starts on, `[horizon + 1, rows, features]`.
        public let features: Tensor
        /// log p(O) on arrival, `[horizon, rows]`, in nats.
        public let logOptimality: Tensor
        /// The probability to go on after arrival, `[horizon, rows]`; nil for a model without
        /// endings.
        public let continuation: Tensor?
    }

    /// What came of a roll-out, all of it constant.
    public struct Rolled {
        /// Raw actions, `[start, row, horizon, action]`.
        public let actions: Tensor
        /// Σ γᵏ survivalₖ log p(Oₖ) + γᴴ survival_H value, `[start, row]`, in nats. A reward counts
        /// before the ending that it comes with.
        public let scores: Tensor
        /// The log-density of a row's raw actions under the habit, `[start, row]`, in nats.
        public let logHabit: Tensor
        /// Nil where nobody asked.
        public let path: Path?
        /// Nil where nobody asked.
        public let steps: Steps?
    }

    /// How single steps count. Rows of one start follow each other.
    public struct Steps {
        /// The log-density of each raw action under the habit, `[horizon, rows]`, in nats.
        public let logHabit: Tensor
        /// The probability that the step is reached, `[horizon, rows]`; nil for a model without
        /// endings.
        public let survival: Tensor?
    }

    /// Rolls rows from each start through the horizon of their noise.
    ///
    /// A row's numbers do not depend on the other rows nor on the number of threads.
    ///
    /// - Parameters:
    ///   - starts: (h, z), `[start, features]`.
    ///   - noise: what is random.
    ///   - plan: what rows follow instead of the habit; nil where the habit chooses in all of them.
    ///   - discount: the weight γ of each further step.
    ///   - keepsPath: whether the way is asked for.
    ///   - keepsSteps: whether it is asked for how single steps count.
    public func rollOut(
        from starts: Tensor, noise: Noise, plan: Plan? = nil, discount: Double = 1,
        keepsPath: Bool = false, keepsSteps: Bool = false
    ) -> Rolled {
        let operation: StaticString = "FusedLatentModel.rollOut"
        let shape = noise.actions.shape
        check(starts.shape, noise, plan)
        let (rows, horizon) = (shape[0] * shape[1], shape[2])
        let inputs = [starts, noise.actions, noise.states].map { $0.contiguous() }
        let planned = plan?.actions.contiguous()
        let actions = Tensor.uninitialized(shape, operation)
        let sums = (0..<2).map { _ in Tensor.uninitialized([shape[0], shape[1]], operation) }
        let path = keepsPath ? emptyPath(rows, horizon) : nil
        func empty() -> Tensor { .uninitialized([horizon, rows], operation) }
        let soFar = keepsSteps ? empty() : nil
        let goesOn = path?.continuation ?? (keepsSteps && ending != nil ? empty() : nil)
        var request = OTLatentRollout()
        (request.starts, request.rows_per_start, request.horizon) = (shape[0], shape[1], horizon)
        request.habit_rows = plan?.habitRows ?? shape[1]
        request.start = UnsafePointer(inputs[0].floatPointer(operation))
        request.action_noise = UnsafePointer(inputs[1].floatPointer(operation))
        request.state_noise = UnsafePointer(inputs[2].floatPointer(operation))
        request.planned = planned.map { UnsafePointer($0.floatPointer(operation)) }
        request.discount = discount
        request.actions = actions.floatPointer(operation)
        request.score = sums[0].floatPointer(operation)
        request.log_habit = sums[1].floatPointer(operation)
        request.features = path?.features.floatPointer(operation)
        request.log_optimality = path?.logOptimality.floatPointer(operation)
        request.continuation = goesOn?.floatPointer(operation)
        request.log_habit_so_far = soFar?.floatPointer(operation)
        run(request, keeping: inputs + sums + [planned, actions, path?.features], operation)
        return withExtendedLifetime((path, goesOn, soFar)) {
            Rolled(
                actions: actions, scores: sums[0], logHabit: sums[1], path: path,
                steps: soFar.map { Self.steps($0, goesOn) })
        }
    }

    private static func steps(_ soFar: Tensor, _ goesOn: Tensor?) -> Steps {
        let (horizon, rows) = (soFar.shape[0], soFar.shape[1])
        func shifted(_ values: Tensor, first: Double) -> Tensor {
            let start = Tensor.full([1, rows], first)
            if horizon == 1 { return start }
            return .concatenated([start, values.slice(axis: 0, 0..<horizon - 1)])
        }
        return Steps(
            logHabit: soFar - shifted(soFar, first: 0),
            survival: goesOn.map { shifted($0.cumulativeProduct(axis: 0), first: 1) })
    }

    private func run(
        _ rollOut: OTLatentRollout, keeping tensors: [Tensor?], _ operation: StaticString
    ) {
        _ = call(operation, more: tensors) { error in
            withKernelModel { model in
                withUnsafePointer(to: rollOut) { ot_latent_rollout(model, $0, error) }
            }
        }
    }

    private func emptyPath(_ rows: Int, _ horizon: Int) -> Path {
        func empty(_ shape: [Int]) -> Tensor { .uninitialized(shape, "FusedLatentModel.rollOut") }
        return Path(
            features: empty([horizon + 1, rows, hidden + latent]),
            logOptimality: empty([horizon, rows]),
            continuation: ending == nil ? nil : empty([horizon, rows]))
    }

    private func check(_ starts: [Int], _ noise: Noise, _ plan: Plan?) {
        let shape = noise.actions.shape
        let fits =
            shape.count == 4 && !shape.contains(0) && shape[3] == action
            && starts == [shape[0], hidden + latent]
            && noise.states.shape == shape.dropLast() + [latent]
            && plan.map { $0.actions.shape == shape && 0...shape[1] ~= $0.habitRows } ?? true
        if !fits {
            fail(
                "FusedLatentModel.rollOut",
                "starts \(starts), noise \(shape) and \(noise.states.shape), a plan "
                    + "\(plan?.actions.shape ?? []) of which \(plan?.habitRows ?? 0) rows follow "
                    + "the habit, for \(hidden) + \(latent) features and \(action) actions")
        }
    }
}
