import OptimistCore
import OptimistLinearAlgebra

extension LinearGaussianModel {
    /// Draws whole trajectories from p(s_{1:T} | x): filter forward, sample backward (Carter and
    /// Kohn, "On Gibbs Sampling for State Space Models", 1994).
    ///
    /// - Returns: `count` matrices `[step, state]`.
    /// - Throws: `LinearGaussianError`, such as `.unsupported` for a flat initial law.
    public func posteriorSamples(
        _ sequence: LinearGaussianSequence, count: Int, using generator: inout Generator
    ) throws -> [Matrix] {
        let filtered = try filter(sequence, from: firstPrediction())
        let steps = sequence.count
        if steps == 0 {
            return Array(repeating: Matrix(rows: 0, columns: stateCount), count: count)
        }
        let last = filtered.filtered[steps - 1]
        let lastRoot = try last.covariance.covarianceRoot()
        // Gains and roots do not depend on what is drawn.
        let backward = try (0..<steps - 1).map { step in
            let step = try BackwardStep(
                model: self, step: step, filtered: filtered.filtered[step],
                next: filtered.predicted[step + 1])
            return (step, try step.law(givenState: last.mean).covariance.covarianceRoot())
        }
        return (0..<count).map { _ in
            var samples = Matrix(rows: steps, columns: stateCount)
            var state = last.sample(root: lastRoot, using: &generator)
            for step in (0..<steps).reversed() {
                samples.setBlock(
                    row: step, column: 0, Matrix(rows: 1, columns: stateCount, state))
                if step == 0 { break }
                let (earlier, root) = backward[step - 1]
                state = earlier.law(givenState: state).sample(root: root, using: &generator)
            }
            return samples
        }
    }
}
