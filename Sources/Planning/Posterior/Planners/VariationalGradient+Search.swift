import OptimistCore
import OptimistProbability
import OptimistTorch

extension VariationalGradient {
    /// An ascent: where it stands, and its iterates so far.
    struct Search {
        /// The iterates so far.
        private(set) var iterates = PlanIterates()
        private let planner: VariationalGradient
        private let batch: Batch
        private let draws: Generator
        private var mean: Tensor
        private var logDeviation: Tensor
        private var first: Tensor
        private var second: Tensor

        init(_ planner: VariationalGradient, _ start: Normal, _ batch: Batch, _ draws: Generator) {
            self.planner = planner
            self.batch = batch
            self.draws = draws
            mean = start.mean
            logDeviation = start.standardDeviation.log()
            first = .zeros(like: Tensor.stacked([mean, logDeviation], axis: 1))
            second = first
        }

        /// Values the iterate and takes a step of Adam from it.
        mutating func ascend<Model: ImaginationModel>(
            _ step: Int, in model: Model, toward objective: PlanningObjective
        ) throws where Model.ActionLaw == Normal {
            // Also where an agent acts, and nothing else is recorded.
            let (found, slopes) = try withGradient {
                let leaves = [mean.requiringGradient(), logDeviation.requiringGradient()]
                let found = try bound(leaves[0], leaves[1], model, objective)
                return (found, gradients(of: found.values.sum(), withRespectTo: leaves))
            }
            withoutGradient {
                iterates.add(mean, logDeviation, worth: found)
                // The sum over rows is `samples` times the mean.
                let gradient = clipped(
                    Tensor.stacked(slopes, axis: 1) / Double(batch.samples))
                first = first * 0.9 + gradient * 0.1
                second = second * 0.999 + gradient.square() * 0.001
                let scaled = first / (1 - Self.power(0.9, step))
                let spread = (second / (1 - Self.power(0.999, step))).sqrt() + 1e-8
                let move = scaled / spread * planner.learningRate
                mean = mean + move.select(axis: 1, 0)
                logDeviation = logDeviation + move.select(axis: 1, 1)
            }
        }

        /// Values the iterate.
        mutating func judge<Model: ImaginationModel>(
            in model: Model, toward objective: PlanningObjective
        ) throws where Model.ActionLaw == Normal {
            let found = try bound(mean, logDeviation, model, objective)
            iterates.add(mean, logDeviation, worth: found)
        }

        private func bound<Model: ImaginationModel>(
            _ mean: Tensor, _ logDeviation: Tensor, _ model: Model,
            _ objective: PlanningObjective
        ) throws -> PlanningBoundDraws where Model.ActionLaw == Normal {
            var draws = self.draws
            return try model.planningBound(
                mean, logDeviation, noise: batch.noise, from: batch.rows, toward: objective,
                using: &draws)
        }

        private func clipped(_ gradient: Tensor) -> Tensor {
            guard let limit = planner.clippingNorm else { return gradient }
            let norm = gradient.square().sum(axes: [1, 2, 3], keepingDimensions: true).sqrt()
            return gradient * (limit / norm.maximum(limit))
        }

        private static func power(_ base: Double, _ exponent: Int) -> Double {
            (0..<exponent).reduce(1) { product, _ in product * base }
        }
    }
}
