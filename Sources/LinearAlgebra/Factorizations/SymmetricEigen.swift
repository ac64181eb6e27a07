import OptimistCore

/// The eigenvalues and eigenvectors of a symmetric matrix, A = V diag(values) Vᵀ, by cyclic Jacobi
/// rotations (Golub and Van Loan, 4th edition, section 8.5): slow for large matrices, accurate and
/// simple for small ones.
public struct SymmetricEigen: Sendable, Equatable {
    /// The eigenvalues in ascending order.
    public let values: [Double]
    /// The eigenvectors, one a column in the order of the values, of length 1; the element of
    /// largest magnitude of each is positive.
    public let vectors: Matrix

    /// The most sweeps over all pairs; convergence is quadratic and takes about ten.
    private static let sweepLimit = 50

    /// Factors a symmetric matrix, of which only the lower triangle is read.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`, or `.notConverged` (not seen for finite values).
    public init(_ matrix: Matrix) throws(LinearAlgebraError) {
        if !matrix.isSquare { fail("SymmetricEigen", "\(matrix.shape) is not square") }
        if !matrix.isFinite { throw .notFinite }
        let size = matrix.rows
        // A power of two, so that the scaling is exact: squares of elements cannot overflow.
        let largest = matrix.largestMagnitude
        let scale = largest > 0 ? largest.binade : 1
        var a = Matrix(rows: size, columns: size) {
            matrix[max($0, $1), min($0, $1)] / scale
        }
        var vectors = Matrix.identity(size)
        var sweep = 0
        while SymmetricEigen.offDiagonal(a) > 1e-15 * a.frobeniusNorm {
            if sweep == SymmetricEigen.sweepLimit { throw .notConverged(sweeps: sweep) }
            for p in 0..<size {
                for q in p + 1..<size {
                    SymmetricEigen.rotate(&a, &vectors, p, q)
                }
            }
            sweep += 1
        }
        let order = (0..<size).sorted { (a[$0, $0], $0) < (a[$1, $1], $1) }
        let signs = order.map { column in
            vectors.column(column).reduce(0) { abs($1) > abs($0) ? $1 : $0 } < 0 ? -1.0 : 1
        }
        values = order.map { scale * a[$0, $0] }
        self.vectors = Matrix(rows: size, columns: size) { signs[$1] * vectors[$0, order[$1]] }
    }

    private static func offDiagonal(_ a: Matrix) -> Double {
        var sum = 0.0
        for i in 0..<a.rows {
            for j in 0..<i { sum += 2 * a[i, j] * a[i, j] }
        }
        return sum.squareRoot()
    }

    /// One rotation in the plane of p and q that clears a[p, q].
    private static func rotate(_ a: inout Matrix, _ vectors: inout Matrix, _ p: Int, _ q: Int) {
        if a[p, q] == 0 { return }
        let theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
        // The smaller root of t² + 2 θ t − 1; for a huge θ its square would overflow.
        let t =
            abs(theta) > 1e150
            ? 1 / (2 * theta)
            : (theta < 0 ? -1.0 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        let size = a.rows
        a.withUnsafeMutableElements { a in
            for k in 0..<size {
                let (kp, kq) = (a[k * size + p], a[k * size + q])
                a[k * size + p] = c * kp - s * kq
                a[k * size + q] = s * kp + c * kq
            }
            for k in 0..<size {
                let (pk, qk) = (a[p * size + k], a[q * size + k])
                a[p * size + k] = c * pk - s * qk
                a[q * size + k] = s * pk + c * qk
            }
            a[p * size + q] = 0
            a[q * size + p] = 0
        }
        vectors.withUnsafeMutableElements { v in
            for k in 0..<size {
                let (kp, kq) = (v[k * size + p], v[k * size + q])
                v[k * size + p] = c * kp - s * kq
                v[k * size + q] = s * kp + c * kq
            }
        }
    }

    /// V diag(f(values)) Vᵀ, such as a square root or a projection on positive values.
    public func map(_ function: (Double) -> Double) -> Matrix {
        let transformed = values.map(function)
        let scaled = Matrix(rows: vectors.rows, columns: vectors.columns) {
            vectors[$0, $1] * transformed[$1]
        }
        return scaled.timesTransposed(vectors).symmetrized
    }
}
