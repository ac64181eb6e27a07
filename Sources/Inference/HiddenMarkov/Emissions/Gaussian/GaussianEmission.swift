import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// States that emit real numbers, independent and normal given the state, one law a column.
///
/// An observation has one number a column; NaN is a missing number, nil a missing observation.
/// In a fit no variance falls below `varianceFloor`, so that no state can shrink onto a point.
public struct GaussianEmission: FittableEmission, Equatable {
    /// E[x | s], [S, columns].
    public let means: Matrix
    /// Var[x | s], [S, columns].
    public let variances: Matrix
    /// The smallest variance of a fit.
    public let varianceFloor: Double

    /// Normal laws, one row a state and one column a number of the observation.
    ///
    /// - Throws: `HiddenMarkovError` for variances that are not positive or below the floor.
    public init(means: Matrix, variances: Matrix, varianceFloor: Double = 1e-6) throws {
        if means.rows == 0 { throw HiddenMarkovError.empty("states") }
        if means.columns == 0 { throw HiddenMarkovError.empty("columns") }
        if variances.rows != means.rows || variances.columns != means.columns {
            throw HiddenMarkovError.wrongSize(
                table: "variances", count: variances.rows * variances.columns,
                expected: means.rows * means.columns)
        }
        for state in 0..<means.rows {
            for column in 0..<means.columns {
                let value = variances[state, column]
                if !(value > 0 && value.isFinite && value >= varianceFloor) {
                    throw HiddenMarkovError.badVariance(state: state, column: column, value: value)
                }
            }
        }
        if !(varianceFloor >= 0 && varianceFloor.isFinite) {
            throw HiddenMarkovError.badVariance(state: 0, column: 0, value: varianceFloor)
        }
        self.init(unchecked: means, variances, varianceFloor)
    }

    init(unchecked means: Matrix, _ variances: Matrix, _ varianceFloor: Double) {
        self.means = means
        self.variances = variances
        self.varianceFloor = varianceFloor
    }

    /// A start for a fit: means at evenly spaced quantiles of each column, pooled variances.
    ///
    /// - Throws: `HiddenMarkovError.empty` where a column has no number at all.
    public static func start(
        states: Int, for sequences: [[[Double]?]], relativeFloor: Double = 1e-3
    ) throws -> Self {
        if states < 1 { throw HiddenMarkovError.empty("states") }
        let columns = sequences.joined().compactMap { $0 }.first?.count ?? 0
        if columns == 0 { throw HiddenMarkovError.empty("columns") }
        var (means, variances) = (
            Matrix(rows: states, columns: columns), Matrix(rows: states, columns: columns)
        )
        var floor = Double.infinity
        for column in 0..<columns {
            let present = sequences.joined().compactMap { $0?[column] }.filter { !$0.isNaN }
            let numbers = present.sorted()
            if numbers.isEmpty { throw HiddenMarkovError.empty("numbers in column \(column)") }
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            let square = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let variance = square / Double(numbers.count)
            if !(variance > 0) {
                throw HiddenMarkovError.badVariance(state: 0, column: column, value: variance)
            }
            floor = min(floor, relativeFloor * variance)
            for state in 0..<states {
                let share = (Double(state) + 0.5) / Double(states)
                means[state, column] = numbers[Int(share * Double(numbers.count))]
                variances[state, column] = variance
            }
        }
        return try Self(means: means, variances: variances, varianceFloor: floor)
    }

    /// S, the number of states.
    public var stateCount: Int { means.rows }
    /// How many numbers an observation has.
    public var columnCount: Int { means.columns }

    /// log N(x_t; mean, variance) summed over the numbers that are there.
    public func likelihoods(of observations: [[Double]?]) throws -> LikelihoodTable {
        let (states, columns) = (stateCount, columnCount)
        let constants = variances.elements.map { -0.5 * log(2 * Double.pi * $0) }
        let precisions = variances.elements.map { 1 / $0 }
        let centers = means.elements
        var logs = [Double](repeating: 0, count: observations.count * states)
        for (step, numbers) in observations.enumerated() {
            guard let numbers else { continue }
            if numbers.count != columns || numbers.contains(where: \.isInfinite) {
                throw HiddenMarkovError.unknownObservation(
                    step: step, detail: "\(numbers) for \(columns) finite numbers")
            }
            for column in 0..<columns where !numbers[column].isNaN {
                for state in 0..<states {
                    let entry = state * columns + column
                    let deviation = numbers[column] - centers[entry]
                    logs[step * states + state] +=
                        constants[entry] - 0.5 * deviation * deviation * precisions[entry]
                }
            }
        }
        return try LikelihoodTable(logLikelihoods: logs, stateCount: states)
    }

    /// An observation drawn from a state.
    public func sample(state: Int, using generator: inout Generator) -> [Double] {
        (0..<columnCount).map {
            means[state, $0] + variances[state, $0].squareRoot() * generator.normal()
        }
    }

    /// The mean and variance of each column under a law of the states.
    public func moments(under belief: [Double]) -> (means: [Double], variances: [Double]) {
        var (mean, variance) = ([Double](), [Double]())
        for column in 0..<columnCount {
            let center = (0..<stateCount).reduce(0) { $0 + belief[$1] * means[$1, column] }
            mean.append(center)
            variance.append(
                (0..<stateCount).reduce(0) { sum, state in
                    let deviation = means[state, column] - center
                    return sum + belief[state] * (variances[state, column] + deviation * deviation)
                })
        }
        return (mean, variance)
    }
}
