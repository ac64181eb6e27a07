import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// States that emit rows of real numbers which vary together, normal given the state.
///
/// An observation has one number a column; NaN is a missing number, nil a missing observation.
/// In a fit no eigenvalue of a covariance falls below `varianceFloor`, so that no state can shrink
/// onto a plane.
public struct MultivariateGaussianEmission: FittableEmission, Equatable {
    /// E[x | s], [S, columns].
    public let means: Matrix
    /// Cov[x | s], one `[columns, columns]` a state.
    public let covariances: [Matrix]
    /// The smallest eigenvalue of a covariance of a fit.
    public let varianceFloor: Double

    /// Normal laws, one row of means and one covariance a state.
    ///
    /// - Throws: `HiddenMarkovError` for a covariance that is not symmetric, not positive definite,
    ///   or has an eigenvalue below the floor.
    public init(means: Matrix, covariances: [Matrix], varianceFloor: Double = 1e-6) throws {
        let columns = means.columns
        if means.rows == 0 { throw HiddenMarkovError.empty("states") }
        if columns == 0 { throw HiddenMarkovError.empty("columns") }
        if !(varianceFloor >= 0 && varianceFloor.isFinite) {
            throw HiddenMarkovError.badVariance(state: 0, column: 0, value: varianceFloor)
        }
        if covariances.count != means.rows {
            throw HiddenMarkovError.wrongSize(
                table: "covariances", count: covariances.count, expected: means.rows)
        }
        for (state, covariance) in covariances.enumerated() {
            if covariance.rows != columns || covariance.columns != columns {
                throw HiddenMarkovError.wrongSize(
                    table: "the covariance of state \(state)",
                    count: covariance.rows * covariance.columns, expected: columns * columns)
            }
            let asymmetry = (covariance - covariance.transposed).largestMagnitude
            let smallest = covariance.isFinite ? try SymmetricEigen(covariance).values[0] : .nan
            // Rounding may leave a clipped eigenvalue a hair below the floor.
            if !(smallest > 0 && smallest >= varianceFloor * (1 - 1e-9))
                || asymmetry > 1e-8 * covariance.largestMagnitude
            {
                throw HiddenMarkovError.badCovariance(state: state, eigenvalue: smallest)
            }
        }
        self.init(unchecked: means, covariances, varianceFloor)
    }

    init(unchecked means: Matrix, _ covariances: [Matrix], _ varianceFloor: Double) {
        self.means = means
        self.covariances = covariances
        self.varianceFloor = varianceFloor
    }

    /// A start for a fit: means at evenly spaced quantiles of each column, pooled variances, no
    /// covariances.
    ///
    /// - Throws: `HiddenMarkovError.empty` where a column has no number at all.
    public static func start(
        states: Int, for sequences: [[[Double]?]], relativeFloor: Double = 1e-3
    ) throws -> Self {
        let plain = try GaussianEmission.start(
            states: states, for: sequences, relativeFloor: relativeFloor)
        return Self(
            unchecked: plain.means, (0..<states).map { .diagonal(plain.variances.row($0)) },
            plain.varianceFloor)
    }

    /// S, the number of states.
    public var stateCount: Int { means.rows }
    /// How many numbers an observation has.
    public var columnCount: Int { means.columns }

    /// log N(x_t; mean, covariance) of the numbers that are there.
    public func likelihoods(of observations: [[Double]?]) throws -> LikelihoodTable {
        let states = stateCount
        for (step, numbers) in observations.enumerated() {
            guard let numbers else { continue }
            if numbers.count != columnCount || numbers.contains(where: \.isInfinite) {
                throw HiddenMarkovError.unknownObservation(
                    step: step, detail: "\(numbers) for \(columnCount) finite numbers")
            }
        }
        var logs = [Double](repeating: 0, count: observations.count * states)
        for pattern in ObservedPatterns([observations]).patterns {
            for state in 0..<states {
                let law = try ObservedLaw(covariances[state], columns: pattern.columns)
                let count = pattern.columns.count
                let constant =
                    -0.5 * (Double(count) * log(2 * .pi) + law.factor.logDeterminant)
                let (center, precision) = (means.row(state), law.precision.elements)
                var deviation = [Double](repeating: 0, count: count)
                for (_, step) in pattern.steps {
                    guard let numbers = observations[step] else { continue }
                    var square = 0.0
                    for (i, column) in pattern.columns.enumerated() {
                        deviation[i] = numbers[column] - center[column]
                        var sum = 0.5 * precision[i * count + i] * deviation[i]
                        for j in 0..<i { sum += precision[i * count + j] * deviation[j] }
                        square += 2 * sum * deviation[i]
                    }
                    logs[step * states + state] = constant - 0.5 * square
                }
            }
        }
        return try LikelihoodTable(logLikelihoods: logs, stateCount: states)
    }

    /// An observation drawn from a state.
    public func sample(state: Int, using generator: inout Generator) -> [Double] {
        guard let factor = try? Cholesky(covariances[state]).factor else {
            fail(
                "MultivariateGaussianEmission.sample",
                "the covariance of state \(state) is not positive definite")
        }
        let noise = (0..<columnCount).map { _ in generator.normal() }
        var result = means.row(state)
        Matrix.multiply(factor, noise, into: &result, adding: true)
        return result
    }
}
