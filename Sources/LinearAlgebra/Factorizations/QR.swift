import OptimistCore

/// The factorization A = Q R of a matrix with at least as many rows as columns, by Householder
/// reflections: Q has orthonormal columns, R is upper triangular with a diagonal that is not
/// negative.
public struct QR: Sendable, Equatable {
    /// Q, of the shape of A.
    public let q: Matrix
    /// R, square.
    public let r: Matrix

    /// Factors a matrix.
    public init(_ matrix: Matrix) {
        let (rows, columns) = (matrix.rows, matrix.columns)
        if rows < columns { fail("QR", "\(matrix.shape) has more columns than rows") }
        var reflected = matrix
        var basis = Matrix(rows: rows, columns: columns) { $0 == $1 ? 1 : 0 }
        var reflectors: [[Double]] = []
        for k in 0..<columns {
            let reflector = QR.reflector(reflected, column: k)
            QR.reflect(&reflected, by: reflector, from: k)
            reflectors.append(reflector)
        }
        for (k, reflector) in reflectors.enumerated().reversed() {
            QR.reflect(&basis, by: reflector, from: k)
        }
        for k in 0..<columns where reflected[k, k] < 0 {
            for j in k..<columns { reflected[k, j] = -reflected[k, j] }
            for i in 0..<rows { basis[i, k] = -basis[i, k] }
        }
        q = basis
        r = Matrix(rows: columns, columns: columns) { $0 <= $1 ? reflected[$0, $1] : 0 }
    }

    /// The unit vector v, zero before row k, for which (1 − 2 v vᵀ) clears column k below row k;
    /// empty where the column is zero already.
    private static func reflector(_ matrix: Matrix, column k: Int) -> [Double] {
        var vector = (k..<matrix.rows).map { matrix[$0, k] }
        let length = norm(vector)
        if length == 0 { return [] }
        vector[0] += vector[0] < 0 ? -length : length
        let scale = norm(vector)
        return vector.map { $0 / scale }
    }

    private static func reflect(_ matrix: inout Matrix, by reflector: [Double], from k: Int) {
        if reflector.isEmpty { return }
        for j in 0..<matrix.columns {
            var projection = 0.0
            for (i, v) in reflector.enumerated() { projection += v * matrix[k + i, j] }
            for (i, v) in reflector.enumerated() { matrix[k + i, j] -= 2 * projection * v }
        }
    }

    /// The x that minimizes ‖A x − b‖.
    ///
    /// - Throws: `LinearAlgebraError.rankDeficient` with the first column that depends on those
    ///   before it, to a relative 10⁻¹³ of R's largest element.
    public func leastSquares(_ vector: [Double]) throws(LinearAlgebraError) -> [Double] {
        let threshold = 1e-13 * r.largestMagnitude
        if let column = r.diagonal.firstIndex(where: { !($0 > threshold) }) {
            throw .rankDeficient(column: column)
        }
        var result = Matrix.transposed(q, times: vector)
        r.solve(.upper, &result)
        return result
    }
}
