import OptimistCore
import OptimistTorch

extension CrossEntropyMethod {
    /// One search: the Gaussian as it stands, and the best sequences so far.
    struct Search {
        let method: CrossEntropyMethod
        let problem: PlanningProblem
        /// `[state, horizon, action]`.
        var mean: Tensor
        /// `[state, horizon, action]`.
        var deviation: Tensor
        /// The last iteration's best sequences, `[state, elite, horizon, action]`.
        var elites: Tensor?
        private var eliteScores: Tensor?
        private var evaluations = 0
        private var bestScore: Tensor?
        private let remembered: Tensor?

        init(_ method: CrossEntropyMethod, _ problem: PlanningProblem, _ memory: PlanMemory) {
            self.method = method
            self.problem = problem
            mean = memory.mean
            deviation = method.startDeviation(in: problem.box).expanded(memory.mean.shape)
            remembered = memory.elites
        }

        /// Whether every variance is below a limit.
        func hasConverged(below limit: Double) -> Bool {
            deviation.square().max().item() < limit
        }

        /// Draws a population, scores it and fits the Gaussian to its best.
        mutating func iterate(_ iteration: Int, using generator: inout Generator) throws {
            var sequences = draw(method.population(iteration), using: &generator)
            if method.variant == .icem {
                sequences = withKeptElites(sequences, iteration, using: &generator)
            }
            let scores = try problem.scores(of: sequences, using: &generator)
            evaluations += sequences.shape[1]
            let best = sequences.elites(method.elites, by: scores)
            elites = best.sequences
            eliteScores = best.scores
            let top = best.scores.select(axis: 1, 0)
            bestScore = bestScore.map { $0.maximum(top) } ?? top
            fit(best.sequences)
        }

        private func draw(_ count: Int, using generator: inout Generator) -> Tensor {
            let shape = [problem.states, count] + Array(mean.shape.dropFirst())
            let mean = self.mean.unsqueezed(axis: 1)
            switch method.variant {
            case .pets:
                // Two deviations either way stay inside the box: nothing is clipped.
                let room = (self.mean - problem.box.low).minimum(problem.box.high - self.mean)
                let limited = deviation.minimum(room * 0.5).unsqueezed(axis: 1)
                let noise = Tensor.truncatedNormal(
                    shape, type: mean.elementType, device: mean.device, using: &generator)
                return mean + limited * noise
            case .clipped:
                let noise = Tensor.normal(
                    shape, type: mean.elementType, device: mean.device, using: &generator)
                return problem.box.clamp(mean + deviation.unsqueezed(axis: 1) * noise)
            case .icem:
                let noise = ColoredNoise(exponent: method.noiseExponent, length: shape[2])
                    .draw(
                        [shape[0], shape[1], shape[3]], like: mean, using: &generator
                    ).transposed(2, 3)
                return problem.box.clamp(mean + deviation.unsqueezed(axis: 1) * noise)
            }
        }

        /// Adds the best of the last step, moved on by one, or of the last iteration; in the last
        /// iteration the first draw becomes the mean.
        private func withKeptElites(
            _ sequences: Tensor, _ iteration: Int, using generator: inout Generator
        ) -> Tensor {
            var parts = [sequences]
            if iteration == method.iterations - 1 {
                parts = [
                    mean.unsqueezed(axis: 1),
                    sequences.slice(axis: 1, 1..<sequences.shape[1]),
                ]
            }
            let count = Int(method.keptElites * Double(method.elites))
            guard count > 0, let source = iteration == 0 ? remembered : elites else {
                return Tensor.concatenated(parts, axis: 1)
            }
            let kept = source.slice(axis: 1, 0..<count)
            parts.append(iteration == 0 ? movedOn(kept, using: &generator) : kept)
            return Tensor.concatenated(parts, axis: 1)
        }

        /// Sequences without their first action, and a fresh last one.
        private func movedOn(_ kept: Tensor, using generator: inout Generator) -> Tensor {
            let shape = kept.shape
            let last = deviation.slice(axis: 1, shape[2] - 1..<shape[2]).unsqueezed(axis: 1)
            let noise = Tensor.normal(
                [shape[0], shape[1], 1, shape[3]], type: kept.elementType, device: kept.device,
                using: &generator)
            let center = mean.slice(axis: 1, shape[2] - 1..<shape[2]).unsqueezed(axis: 1)
            let fresh = problem.box.clamp(center + last * noise)
            return Tensor.concatenated([kept.slice(axis: 2, 1..<shape[2]), fresh], axis: 2)
        }

        private mutating func fit(_ best: Tensor) {
            let old = method.smoothing
            let eliteMean = best.mean(axis: 1)
            let variance = best.variance(axis: 1, correction: 0)
            if method.variant == .icem {
                deviation = deviation * old + variance.sqrt() * (1 - old)
            } else {
                deviation = (deviation.square() * old + variance * (1 - old)).sqrt()
            }
            deviation = deviation.maximum(method.deviationFloor)
            mean = mean * old + eliteMean * (1 - old)
        }

        /// What was found.
        func plan(_ choice: Choice) -> Plan {
            guard let elites, let eliteScores, let bestScore else {
                // Converged before the first draw: the memory's plan stands.
                let unknown = Tensor.full([problem.states], .nan)
                return Plan(
                    actions: mean, deviation: deviation, bestScore: unknown,
                    expectedScore: unknown, evaluations: 0)
            }
            return Plan(
                actions: choice == .mean ? mean : elites.select(axis: 1, 0), deviation: deviation,
                bestScore: bestScore, expectedScore: eliteScores.mean(axis: 1),
                evaluations: evaluations)
        }
    }
}
