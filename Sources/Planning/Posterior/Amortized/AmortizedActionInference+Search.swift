import OptimistCore
import OptimistProbability
import OptimistTorch

extension AmortizedActionInference {
    /// A search in units of the habit: what laws there are in actions, and what they are worth.
    struct Search {
        /// The iterates so far.
        private(set) var iterates = PlanIterates()
        private let habit: Normal
        private let logDeviation: Tensor
        private let rows: Tensor
        private let samples: Int

        /// A search from the habit's laws along a path, batch `[state]`, event `[horizon, action]`.
        init(_ habit: Normal, _ states: Tensor, _ samples: Int) {
            self.habit = habit
            logDeviation = habit.standardDeviation.log()
            rows = states.repeatedElements(samples, axis: 0)
            self.samples = samples
        }

        /// The law at which a search starts, the habit, batch `[state]`.
        var start: Normal {
            let shape = habit.shape
            return .standard(
                [shape[0], shape[1] * shape[2]], eventRank: 1, type: habit.mean.elementType,
                device: habit.mean.device)
        }

        /// J of a law in units of the habit, `[state]`, differentiable in it.
        mutating func rate<Model: ImaginationModel>(
            _ law: Normal, in model: Model, toward objective: PlanningObjective,
            using generator: inout Generator
        ) throws -> Tensor where Model.ActionLaw == Normal {
            let shape = habit.shape
            let mean = habit.mean + habit.standardDeviation * law.mean.reshaped(shape)
            let logDeviation = self.logDeviation + law.logStandardDeviation.reshaped(shape)
            let half = Tensor.normal(
                [shape[0], samples / 2] + shape.dropFirst(), type: habit.mean.elementType,
                device: habit.mean.device, using: &generator)
            let found = try model.planningBound(
                mean, logDeviation, noise: .concatenated([half, -half], axis: 1), from: rows,
                toward: objective, using: &generator)
            iterates.add(mean, logDeviation, worth: found)
            return found.mean
        }
    }
}
