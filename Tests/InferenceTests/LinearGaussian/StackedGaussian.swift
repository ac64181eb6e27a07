import Foundation
import OptimistInference
import OptimistLinearAlgebra

/// The joint Gaussian of all states and all observations of a few steps, written out: an oracle that
/// shares no recursion with the filter.
struct StackedGaussian {
    let model: LinearGaussianModel
    let states: Int
    let emissions: Int
    let steps: Int
    /// Of all states, then all observations.
    let mean: [Double]
    let covariance: Matrix

    init(_ model: LinearGaussianModel, first: GaussianMoments, steps: Int, inputs: Matrix?) {
        self.model = model
        self.steps = steps
        (states, emissions) = (model.stateCount, model.emissionCount)
        let (n, m) = (states, emissions)
        let inputs = inputs ?? Matrix(rows: steps, columns: 0)
        // Every state is offset + map · (s₁, w₁, …), every emission adds its own noise.
        let width = n * steps + m * steps
        var source = Matrix(rows: width, columns: width)
        var map = Matrix(rows: width, columns: width)
        var mean = Array(repeating: 0.0, count: width)
        source.setBlock(row: 0, column: 0, first.covariance)
        for t in 0..<steps {
            if t == 0 {
                for i in 0..<n { mean[i] = first.mean[i] }
            } else {
                let previous = Array(mean[(t - 1) * n..<t * n])
                var next = model.transition[t - 1] * previous
                if let b = model.transitionInput {
                    add(b[t - 1] * inputs.row(t - 1), times: 1, to: &next)
                }
                if let b = model.transitionOffset { add(b[t - 1], times: 1, to: &next) }
                for i in 0..<n { mean[t * n + i] = next[i] }
                let rows = map.block(rows: (t - 1) * n..<t * n, columns: 0..<width)
                map.setBlock(row: t * n, column: 0, model.transition[t - 1] * rows)
                source.setBlock(row: t * n, column: t * n, model.transitionNoise[t - 1])
            }
            map.setBlock(row: t * n, column: t * n, .identity(n))
            let state = Array(mean[t * n..<(t + 1) * n])
            var x = model.emission[t] * state
            if let g = model.emissionInput { add(g[t] * inputs.row(t), times: 1, to: &x) }
            if let d = model.emissionOffset { add(d[t], times: 1, to: &x) }
            let row = n * steps + m * t
            for i in 0..<m { mean[row + i] = x[i] }
            let rows = map.block(rows: t * n..<(t + 1) * n, columns: 0..<width)
            map.setBlock(row: row, column: 0, model.emission[t] * rows)
            map.setBlock(row: row, column: row, .identity(m))
            source.setBlock(row: row, column: row, model.emissionNoise[t])
        }
        self.mean = mean
        covariance = map.sandwich(source)
    }

    /// The indices of the components observed in the first `count` steps.
    func observed(_ observations: Matrix, upTo count: Int) -> [Int] {
        (0..<count * emissions).filter { !observations.elements[$0].isNaN }
            .map { states * steps + $0 }
    }

    private func part(_ rows: [Int], _ columns: [Int]) -> Matrix {
        Matrix(rows: rows.count, columns: columns.count) { covariance[rows[$0], columns[$1]] }
    }

    private func residual(_ indices: [Int], _ observations: Matrix) -> [Double] {
        indices.map { observations.elements[$0 - states * steps] - mean[$0] }
    }

    /// log p of the first `count` observations.
    func logLikelihood(_ observations: Matrix, upTo count: Int) throws -> Double {
        let indices = observed(observations, upTo: count)
        let factor = try Cholesky(part(indices, indices))
        return -0.5
            * (Double(indices.count) * log(2 * .pi) + factor.logDeterminant
                + factor.inverseQuadratic(residual(indices, observations)))
    }

    /// The law of any components given the first `count` observations.
    func law(of targets: [Int], given observations: Matrix, upTo count: Int) throws
        -> GaussianMoments
    {
        let indices = observed(observations, upTo: count)
        let factor = try Cholesky(part(indices, indices))
        let cross = part(indices, targets)
        let gain = factor.solution(cross)
        var mean = targets.map { self.mean[$0] }
        Matrix.multiply(
            transposed: gain, residual(indices, observations), into: &mean, adding: true)
        return GaussianMoments(
            mean: mean,
            covariance: part(targets, targets) - Matrix.transposed(cross, times: gain))
    }

    /// The indices of the state of a step.
    func state(_ step: Int) -> [Int] { Array(step * states..<(step + 1) * states) }

    /// The indices of the observation of a step.
    func emission(_ step: Int) -> [Int] {
        let start = states * steps + step * emissions
        return Array(start..<start + emissions)
    }
}

/// The largest difference between two laws.
func distance(_ left: GaussianMoments, _ right: GaussianMoments) -> Double {
    max(
        largestMagnitude(subtract(left.mean, right.mean)),
        (left.covariance - right.covariance).largestMagnitude)
}
