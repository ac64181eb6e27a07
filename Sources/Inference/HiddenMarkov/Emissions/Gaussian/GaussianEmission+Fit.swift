import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Fitting. The coordinates of a state and column are its mean and log(variance − floor).
extension GaussianEmission {
    /// Weighted sums of one state and column.
    private struct Sums {
        var weight = 0.0
        var deviation = 0.0
        var square = 0.0
    }

    /// Σ w, Σ w (x − center) and Σ w (x − center)² for each state and column.
    private func sums(
        _ sequences: [[[Double]?]], _ weights: [[Double]], around centers: Matrix
    ) -> [Sums] {
        var sums = [Sums](repeating: Sums(), count: stateCount * columnCount)
        let centers = centers.elements
        for (observations, weights) in zip(sequences, weights) {
            for (step, numbers) in observations.enumerated() {
                guard let numbers else { continue }
                for state in 0..<stateCount {
                    let weight = weights[step * stateCount + state]
                    for column in 0..<columnCount where !numbers[column].isNaN {
                        let entry = state * columnCount + column
                        let deviation = numbers[column] - centers[entry]
                        sums[entry].weight += weight
                        sums[entry].deviation += weight * deviation
                        sums[entry].square += weight * deviation * deviation
                    }
                }
            }
        }
        return sums
    }

    /// Weighted means and variances, the variances cut at the floor; a state never visited keeps
    /// its law.
    public func maximized(_ sequences: [[[Double]?]], weights: [[Double]]) -> Self {
        let first = sums(sequences, weights, around: means)
        let centers = Matrix(rows: stateCount, columns: columnCount) { state, column in
            let sum = first[state * columnCount + column]
            return means[state, column] + (sum.weight > 0 ? sum.deviation / sum.weight : 0)
        }
        let second = sums(sequences, weights, around: centers)
        let spreads = Matrix(rows: stateCount, columns: columnCount) { state, column in
            let sum = second[state * columnCount + column]
            let fitted = sum.weight > 0 ? sum.square / sum.weight : variances[state, column]
            // With no floor a state on a single point would have no density.
            return max(fitted, varianceFloor, .leastNormalMagnitude)
        }
        return Self(unchecked: centers, spreads, varianceFloor)
    }

    /// Means at observations drawn at random, the variances of this model.
    public func randomized(for sequences: [[[Double]?]], using generator: inout Generator) -> Self {
        var centers = means
        for column in 0..<columnCount {
            let numbers = sequences.joined().compactMap { $0?[column] }.filter { !$0.isNaN }
            if numbers.isEmpty { continue }
            for state in 0..<stateCount {
                centers[state, column] = numbers[generator.integer(below: numbers.count)]
            }
        }
        return Self(unchecked: centers, variances, varianceFloor)
    }

    /// 0: the floor is a constraint, no density.
    public var logPrior: Double { 0 }

    /// Mean and log(variance − floor) of each state and column; a variance at its floor is held
    /// when `boundary` is positive, and else lies a hair above it.
    public func freeParameters(boundary: Double) -> [Double] {
        free(boundary).map { entry in
            entry.isMean
                ? means.elements[entry.index]
                : log(excess(variances.elements[entry.index]))
        }
    }

    private func excess(_ variance: Double) -> Double {
        max(variance - varianceFloor, 1e-9 * variance)
    }

    private func free(_ boundary: Double) -> [(index: Int, isMean: Bool)] {
        (0..<stateCount * columnCount).flatMap { index -> [(index: Int, isMean: Bool)] in
            let variance = variances.elements[index]
            let isHeld = boundary > 0 && variance - varianceFloor <= boundary * variance
            return isHeld ? [(index, true)] : [(index, true), (index, false)]
        }
    }

    /// The laws at other coordinates.
    public func replacing(freeParameters: [Double], boundary: Double) -> Self {
        var (centers, spreads) = (means.elements, variances.elements)
        for (value, entry) in zip(freeParameters, free(boundary)) {
            if entry.isMean {
                centers[entry.index] = value
            } else {
                spreads[entry.index] = varianceFloor + exp(value)
            }
        }
        return Self(
            unchecked: Matrix(rows: stateCount, columns: columnCount, centers),
            Matrix(rows: stateCount, columns: columnCount, spreads), varianceFloor)
    }

    /// The derivatives by mean, Σ w (x − m)/v, and by log(v − floor).
    public func score(
        at model: Self, _ sequences: [[[Double]?]], weights: [[Double]], boundary: Double
    ) -> [Double] {
        let sums = sums(sequences, weights, around: model.means)
        return free(boundary).map { entry in
            let (sum, variance) = (sums[entry.index], model.variances.elements[entry.index])
            if entry.isMean { return sum.deviation / variance }
            let slope = 0.5 * (sum.square / variance - sum.weight) / variance
            return slope * model.excess(variance)
        }
    }

    /// `mean[s]` and `variance[s]` for one column, `mean[s,column]` for several.
    public func namedParameters(boundary: Double) -> [NamedParameter] {
        var coordinates: [Int: (mean: Int, variance: Int?)] = [:]
        for (coordinate, entry) in free(boundary).enumerated() {
            if entry.isMean {
                coordinates[entry.index] = (coordinate, nil)
            } else {
                coordinates[entry.index]!.variance = coordinate
            }
        }
        return (0..<stateCount * columnCount).flatMap { index in
            let (state, column) = (index / columnCount, index % columnCount)
            let place = columnCount == 1 ? "[\(state)]" : "[\(state),\(column)]"
            let (mean, spread) = coordinates[index]!
            let variance = variances.elements[index]
            return [
                NamedParameter(
                    name: "mean" + place, value: means.elements[index],
                    derivatives: [(mean, 1)]),
                NamedParameter(
                    name: "variance" + place, value: variance,
                    derivatives: spread.map { [($0, excess(variance))] } ?? []),
            ]
        }
    }
}
