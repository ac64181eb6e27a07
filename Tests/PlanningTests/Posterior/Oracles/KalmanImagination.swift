import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// Imagination of what a Kalman filter will believe, float64: a state is mean and covariance of a
/// belief, `[rows, n + n²]`, the covariance alike in all rows. The information of an arrival is that
/// of the filter's prediction.
struct KalmanImagination: ImaginationModel {
    let control: LinearQuadraticGaussian
    let habitDeviation: Double

    /// Rows of one belief.
    func states(_ belief: GaussianMoments, rows: Int) -> Tensor {
        let row = belief.mean + belief.covariance.elements
        return Tensor(row, shape: [1, row.count]).expanded([rows, row.count]).contiguous()
    }

    func habit(at states: Tensor) -> Normal {
        Normal(
            mean: .zeros([states.shape[0], control.problem.actionCount], type: .float64),
            standardDeviation: habitDeviation, eventRank: 1)
    }

    func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) throws -> Imagined {
        let (problem, filter) = (control.problem, control.filter)
        let (rows, size) = (states.shape[0], problem.stateCount)
        let belief = GaussianMoments(
            mean: Array(repeating: 0, count: size),
            covariance: Matrix(
                rows: size, columns: size, Array(states[0].doubles().dropFirst(size))))
        let idle = Array(repeating: 0.0, count: problem.actionCount)
        let predicted = try filter.predict(belief, action: idle, step: 0)
        let blank = Array(repeating: 0.0, count: filter.model.emissionCount)
        let filtered = try filter.update(
            predicted, observation: blank, action: idle, step: 0
        ).belief
        // What an observation will take from the spread it adds to the mean.
        let root = try (predicted.covariance - filtered.covariance).symmetrized.semidefiniteRoot()
        let means = states.slice(axis: 1, 0..<size)
        let noise = Tensor.normal([rows, size], type: .float64, using: &generator)
        let next =
            means.matmul(tensor(problem.dynamics.transposed))
            + actions.matmul(tensor(problem.input.transposed))
            + noise.matmul(tensor(root.transposed))
        let paid =
            (quadratic(means, problem.cost.state) + quadratic(actions, problem.cost.action)) * 0.5
        let told = try predicted.mutualInformation(
            emission: filter.model.emission[0], noise: filter.model.emissionNoise[0])
        return Imagined(
            states: Tensor.concatenated(
                [
                    next,
                    self.states(filtered, rows: rows).slice(axis: 1, size..<size + size * size),
                ],
                axis: 1),
            logOptimality: paid * -1,
            information: information ? Tensor.full(like: paid, told) : nil)
    }

    func value(of states: Tensor) -> Tensor? { nil }

    private func tensor(_ matrix: Matrix) -> Tensor {
        Tensor(matrix.elements, shape: [matrix.rows, matrix.columns])
    }

    private func quadratic(_ rows: Tensor, _ matrix: Matrix) -> Tensor {
        (rows.matmul(tensor(matrix)) * rows).sum(axis: 1)
    }
}
