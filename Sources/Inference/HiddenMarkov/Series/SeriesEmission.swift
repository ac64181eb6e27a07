import OptimistLinearAlgebra

/// Emissions of rows of numbers, one normal law a state, as a model of a table needs them.
protocol SeriesEmission: FittableEmission where Observation == [Double] {
    /// A start for a fit: means at evenly spaced quantiles of each column, pooled variances.
    static func start(
        states: Int, for sequences: [[[Double]?]], relativeFloor: Double
    ) throws -> Self
    /// E[x | s], [S, columns].
    var means: Matrix { get }
    /// Var[x | s] of each column, [S, columns].
    var columnVariances: Matrix { get }
    /// The law of shift + scale · x, column by column, without a floor, and what the standard
    /// error of each of the `namedParameters` is multiplied by.
    func moved(shift: [Double], scale: [Double]) -> (emission: Self, factors: [Double])
    /// The same laws, state k being the former state `order[k]`.
    func reordered(_ order: [Int]) -> Self
}

extension GaussianEmission: SeriesEmission {
    var columnVariances: Matrix { variances }

    func moved(shift: [Double], scale: [Double]) -> (emission: Self, factors: [Double]) {
        let (rows, columns) = (stateCount, columnCount)
        let emission = Self(
            unchecked: Matrix(rows: rows, columns: columns) {
                shift[$1] + scale[$1] * means[$0, $1]
            },
            Matrix(rows: rows, columns: columns) { scale[$1] * scale[$1] * variances[$0, $1] },
            0)
        let factors = (0..<rows * columns).flatMap { index in
            let factor = scale[index % columns]
            return [factor, factor * factor]
        }
        return (emission, factors)
    }

    func reordered(_ order: [Int]) -> Self {
        Self(
            unchecked: Matrix(order.map { means.row($0) }),
            Matrix(order.map { variances.row($0) }), varianceFloor)
    }
}

extension MultivariateGaussianEmission: SeriesEmission {
    var columnVariances: Matrix { Matrix(covariances.map(\.diagonal)) }

    func moved(shift: [Double], scale: [Double]) -> (emission: Self, factors: [Double]) {
        let (rows, columns) = (stateCount, columnCount)
        let emission = Self(
            unchecked: Matrix(rows: rows, columns: columns) {
                shift[$1] + scale[$1] * means[$0, $1]
            },
            covariances.map { covariance in
                Matrix(rows: columns, columns: columns) {
                    scale[$0] * scale[$1] * covariance[$0, $1]
                }
            }, 0)
        let triangle = (0..<columns).flatMap { row in (0...row).map { scale[row] * scale[$0] } }
        return (emission, Array(repeating: scale + triangle, count: rows).flatMap { $0 })
    }

    func reordered(_ order: [Int]) -> Self {
        Self(
            unchecked: Matrix(order.map { means.row($0) }), order.map { covariances[$0] },
            varianceFloor)
    }
}
