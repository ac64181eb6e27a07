import OptimistLinearAlgebra

/// The elements of an observation that are there: those that are not NaN.
struct ObservedPart {
    /// Their indices.
    let indices: [Int]
    /// Their values.
    let values: [Double]

    /// - Throws: `FilteringError.observationSize`.
    init(_ observation: [Double], expected: Int, step: Int) throws(FilteringError) {
        if observation.count != expected {
            throw .observationSize(step: step, found: observation.count, expected: expected)
        }
        indices = observation.indices.filter { !observation[$0].isNaN }
        values = indices.map { observation[$0] }
    }

    /// The observed elements of a full vector.
    func of(_ vector: [Double]) -> [Double] { indices.map { vector[$0] } }

    /// The observed block of a full covariance.
    func block(of matrix: Matrix) -> Matrix {
        Matrix(rows: indices.count, columns: indices.count) {
            matrix[indices[$0], indices[$1]]
        }
    }

    /// The observed rows of a full Jacobian.
    func rows(of matrix: Matrix) -> Matrix {
        Matrix(rows: indices.count, columns: matrix.columns) { matrix[indices[$0], $1] }
    }
}
