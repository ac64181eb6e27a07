import OptimistCore
import OptimistProbability
import OptimistTorch

extension VariationalGradient {
    /// An ascent: where it stands, and its best iterate so far.
    struct Search {
        /// An iterate with its value.
        struct Iterate {
            /// `[state, horizon, action]`.
            var mean: Tensor
            /// `[state, horizon, action]`.
            var logDeviation: Tensor
            /// J, `[state]`.
            var value: Tensor
            /// `[state]`.
            var information: Tensor?
        }

        private let planner: VariationalGradient
        private let batch: Batch
        private let draws: Generator
        private var mean: Tensor
        private var logDeviation: Tensor
        private var first: Tensor
        private var second: Tensor
        private(set) var best: Iterate?
        /// J of every iterate, `[state]` each, and its standard error.
        private(set) var values: [Tensor] = []
        private(set) var errors: [Tensor] = []

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
                return (found, gradients(of: found.rows.sum(), withRespectTo: leaves))
            }
            withoutGradient {
                record(found.rows.detached(), found.information?.detached())
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
            record(found.rows, found.information)
        }

        /// J of every row, `[state · sample]`.
        private func bound<Model: ImaginationModel>(
            _ mean: Tensor, _ logDeviation: Tensor, _ model: Model,
            _ objective: PlanningObjective
        ) throws -> (rows: Tensor, information: Tensor?) where Model.ActionLaw == Normal {
            let shape = [batch.rows.shape[0]] + mean.shape.dropFirst()
            let actions =
                (mean.unsqueezed(axis: 1) + logDeviation.exp().unsqueezed(axis: 1) * batch.noise)
                .reshaped(shape)
            let means = mean.repeatedElements(batch.samples, axis: 0)
            let logarithms = logDeviation.repeatedElements(batch.samples, axis: 0)
            var draws = self.draws
            let sums = try model.rollOut(from: batch.rows, toward: objective, using: &draws) {
                step, states, _ in
                let law = Normal(
                    mean: means.select(axis: 1, step),
                    logStandardDeviation: logarithms.select(axis: 1, step), eventRank: 1)
                return ActionChoice(
                    actions: actions.select(axis: 1, step),
                    divergence: law.divergence(to: model.habit(at: states)))
            }
            return (sums.score - sums.divergence!, sums.information)
        }

        private mutating func record(_ rows: Tensor, _ information: Tensor?) {
            let states = mean.shape[0]
            func grouped(_ rows: Tensor) -> Tensor { rows.reshaped([states, batch.samples]) }
            let value = grouped(rows).mean(axis: 1)
            values.append(value)
            // A pair of opposite draws is one sample.
            let pairs = rows.reshaped([states, 2, batch.samples / 2]).mean(axis: 1)
            let spread = batch.samples > 2 ? pairs.variance(axis: 1) : pairs.square().sum(axis: 1)
            errors.append((spread / Double(batch.samples / 2)).sqrt())
            let new = Iterate(
                mean: mean, logDeviation: logDeviation, value: value,
                information: information.map { grouped($0).mean(axis: 1) })
            best = best.map { keepBetter($0, new) } ?? new
        }

        private func keepBetter(_ old: Iterate, _ new: Iterate) -> Iterate {
            // Not a number is never better, and always worse.
            let better = (new.value .> old.value) .| old.value.isNaN()
            let wide = better.reshaped([-1, 1, 1])
            return Iterate(
                mean: .where(wide, new.mean, old.mean),
                logDeviation: .where(wide, new.logDeviation, old.logDeviation),
                value: .where(better, new.value, old.value),
                information: new.information.map { .where(better, $0, old.information!) })
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
