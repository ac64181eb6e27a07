import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Fitting. The coordinates of a state are its mean and the lower triangle of L, row by row and
/// with logarithms on the diagonal, where L Lᵀ = covariance − floor · I.
extension MultivariateGaussianEmission {
    /// Weighted means and covariances, the eigenvalues cut at the floor; missing numbers enter by
    /// their law given those of the same row (Dempster, Laird and Rubin, 1977). A state never
    /// visited keeps its law.
    public func maximized(_ sequences: [[[Double]?]], weights: [[Double]]) -> Self {
        let patterns = ObservedPatterns(sequences).patterns
        var (centers, spreads) = (means, covariances)
        for state in 0..<stateCount {
            let center = means.row(state)
            var (total, first) = (0.0, [Double](repeating: 0, count: columnCount))
            var second = Matrix(rows: columnCount, columns: columnCount)
            for pattern in patterns {
                let sums = DeviationSums(
                    pattern, sequences, weights: weights, state: state, states: stateCount,
                    center: center)
                guard sums.weight > 0,
                    let law = try? ObservedLaw(covariances[state], columns: pattern.columns)
                else { continue }
                let (gain, rest) = law.completion(covariances[state])
                total += sums.weight
                Matrix.multiply(gain, sums.first, into: &first, adding: true)
                second += gain.sandwich(sums.second) + sums.weight * rest
            }
            if !(total > 0) { continue }
            let shift = first.map { $0 / total }
            for column in 0..<columnCount { centers[state, column] += shift[column] }
            let covariance = (1 / total) * second - .outer(shift, shift)
            spreads[state] = clipped(covariance.symmetrized) ?? spreads[state]
        }
        return Self(unchecked: centers, spreads, varianceFloor)
    }

    /// The covariance with no eigenvalue below the floor, which under that bound has the largest
    /// likelihood; nil where it is not finite.
    private func clipped(_ covariance: Matrix) -> Matrix? {
        guard let eigen = try? SymmetricEigen(covariance) else { return nil }
        let floor = max(varianceFloor, .leastNormalMagnitude)
        return eigen.values[0] >= floor ? covariance : eigen.map { max($0, floor) }
    }

    /// Means at observations drawn at random, the covariances of this model.
    public func randomized(for sequences: [[[Double]?]], using generator: inout Generator) -> Self {
        let plain = GaussianEmission(
            unchecked: means, Matrix(rows: stateCount, columns: columnCount), varianceFloor)
        let drawn = plain.randomized(for: sequences, using: &generator)
        return Self(unchecked: drawn.means, covariances, varianceFloor)
    }

    /// 0: the floor is a constraint, no density.
    public var logPrior: Double { 0 }

    /// L of a state; a hair is added where the covariance touches the floor.
    private func root(_ state: Int) -> Matrix {
        let covariance = covariances[state]
        let size = columnCount
        for hair in [0, 1e-9, 1e-6] {
            let excess = Matrix(rows: size, columns: size) {
                covariance[$0, $1] - ($0 == $1 ? varianceFloor - hair * covariance[$0, $0] : 0)
            }
            if let factor = try? Cholesky(excess).factor { return factor }
        }
        return .diagonal(covariance.diagonal.map { (1e-9 * $0).squareRoot() })
    }

    /// Whether the covariance of a state has coordinates: it has none at its floor.
    private func isFree(_ state: Int, _ boundary: Double) -> Bool {
        if boundary <= 0 { return true }
        guard let eigen = try? SymmetricEigen(covariances[state]) else { return false }
        return eigen.values[0] - varianceFloor > boundary * eigen.values[0]
    }

    /// The places of the lower triangle, row by row.
    private var triangle: [(row: Int, column: Int)] {
        (0..<columnCount).flatMap { row in (0...row).map { (row, $0) } }
    }

    /// Mean and L of each state; a covariance at its floor is held when `boundary` is positive.
    public func freeParameters(boundary: Double) -> [Double] {
        (0..<stateCount).flatMap { state -> [Double] in
            guard isFree(state, boundary) else { return means.row(state) }
            let root = root(state)
            return means.row(state)
                + triangle.map {
                    $0.row == $0.column ? log(root[$0.row, $0.row]) : root[$0.row, $0.column]
                }
        }
    }

    /// The laws at other coordinates.
    public func replacing(freeParameters: [Double], boundary: Double) -> Self {
        var (centers, spreads) = (means, covariances)
        var next = 0
        func take() -> Double {
            defer { next += 1 }
            return freeParameters[next]
        }
        for state in 0..<stateCount {
            for column in 0..<columnCount { centers[state, column] = take() }
            if !isFree(state, boundary) { continue }
            var root = Matrix(rows: columnCount, columns: columnCount)
            for (row, column) in triangle {
                root[row, column] = row == column ? exp(take()) : take()
            }
            spreads[state] =
                root.timesTransposed(root) + varianceFloor * .identity(columnCount)
        }
        return Self(unchecked: centers, spreads, varianceFloor)
    }

    /// The derivatives by mean, Σ w Σ⁻¹ (x − m), and by L: ∂/∂Σ = ½ (Σ⁻¹ S Σ⁻¹ − W Σ⁻¹) over the
    /// numbers that are there, and 2 (∂/∂Σ) L.
    public func score(
        at model: Self, _ sequences: [[[Double]?]], weights: [[Double]], boundary: Double
    ) -> [Double] {
        let patterns = ObservedPatterns(sequences).patterns
        return (0..<stateCount).flatMap { state -> [Double] in
            var byMean = [Double](repeating: 0, count: columnCount)
            var byCovariance = Matrix(rows: columnCount, columns: columnCount)
            for pattern in patterns {
                let sums = DeviationSums(
                    pattern, sequences, weights: weights, state: state, states: stateCount,
                    center: model.means.row(state))
                guard let law = try? ObservedLaw(model.covariances[state], columns: pattern.columns)
                else { continue }
                let slope = law.precision * sums.first
                let part =
                    0.5 * (law.precision.sandwich(sums.second) - sums.weight * law.precision)
                for (i, column) in pattern.columns.enumerated() {
                    byMean[column] += slope[i]
                    for (j, other) in pattern.columns.enumerated() {
                        byCovariance[column, other] += part[i, j]
                    }
                }
            }
            guard isFree(state, boundary) else { return byMean }
            let root = model.root(state)
            let byRoot = 2 * (byCovariance * root)
            return byMean
                + triangle.map {
                    byRoot[$0.row, $0.column] * ($0.row == $0.column ? root[$0.row, $0.row] : 1)
                }
        }
    }

    /// `mean[s,column]`, then `covariance[s,row,column]` of the lower triangle, state by state.
    public func namedParameters(boundary: Double) -> [NamedParameter] {
        var (result, first) = ([NamedParameter](), 0)
        for state in 0..<stateCount {
            result += (0..<columnCount).map {
                NamedParameter(
                    name: "mean[\(state),\($0)]", value: means[state, $0],
                    derivatives: [(first + $0, 1)])
            }
            first += columnCount
            let isFree = isFree(state, boundary)
            let (root, places) = (root(state), triangle)
            for (row, column) in places {
                var derivatives: [(coordinate: Int, value: Double)] = []
                for (index, place) in places.enumerated() where isFree {
                    // ∂ (L Lᵀ)_rc/∂ L_ik = [i = r] L_ck + [i = c] L_rk, k ≤ i.
                    var slope = place.row == row ? root[column, place.column] : 0
                    if place.row == column { slope += root[row, place.column] }
                    if place.row == place.column { slope *= root[place.row, place.row] }
                    if slope != 0 { derivatives.append((first + index, slope)) }
                }
                result.append(
                    NamedParameter(
                        name: "covariance[\(state),\(row),\(column)]",
                        value: covariances[state][row, column], derivatives: derivatives))
            }
            if isFree { first += places.count }
        }
        return result
    }
}
