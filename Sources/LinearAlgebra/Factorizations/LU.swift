import Foundation
import OptimistCore

/// The factorization P A = L U of a square matrix with partial pivoting, in blocks of columns, so
/// that matrices of some thousand rows are factored at the speed of a product.
public struct LU: Sendable, Equatable {
    /// L below the diagonal (its own diagonal is ones) and U on and above it.
    public let factors: Matrix
    /// Row i of P A is row `permutation[i]` of A.
    public let permutation: [Int]
    /// The determinant of P, 1 or −1.
    public let sign: Double

    /// Factors a square matrix; a singular one, too, whose determinant is 0.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`.
    public init(_ matrix: Matrix) throws(LinearAlgebraError) {
        if !matrix.isSquare { fail("LU", "\(matrix.shape) is not square") }
        if !matrix.isFinite { throw .notFinite }
        var (factors, permutation, sign) = (matrix, Array(0..<matrix.rows), 1.0)
        let size = matrix.rows
        factors.withUnsafeMutableElements { elements in
            guard let base = elements.baseAddress else { return }
            BlockedElimination(base: base, size: size).run { row, other in
                permutation.swapAt(row, other)
                sign = -sign
            }
        }
        self.factors = factors
        self.permutation = permutation
        self.sign = sign
    }

    /// det A.
    public var determinant: Double { factors.diagonal.reduce(sign, *) }

    /// log |det A|, −∞ for a singular matrix, and the determinant's sign.
    public var logDeterminant: (logMagnitude: Double, sign: Double) {
        factors.diagonal.reduce((0, sign)) { result, pivot in
            (result.0 + log(abs(pivot)), pivot == 0 ? 0 : pivot < 0 ? -result.1 : result.1)
        }
    }

    /// The solution X of A X = B.
    ///
    /// - Throws: `LinearAlgebraError.singular` with the column that has no pivot.
    public func solution(_ right: Matrix) throws(LinearAlgebraError) -> Matrix {
        if right.rows != factors.rows {
            fail("LU.solution", "\(factors.shape) for a right-hand side of \(right.shape)")
        }
        if let column = factors.diagonal.firstIndex(of: 0) { throw .singular(column: column) }
        var result = Matrix(rows: right.rows, columns: right.columns) {
            right[permutation[$0], $1]
        }
        factors.solve(.lower, unitDiagonal: true, &result)
        factors.solve(.upper, &result)
        return result
    }

    /// The solution x of A x = b.
    ///
    /// - Throws: `LinearAlgebraError.singular`.
    public func solution(_ vector: [Double]) throws(LinearAlgebraError) -> [Double] {
        try solution(Matrix.column(vector)).elements
    }

    /// A⁻¹.
    ///
    /// - Throws: `LinearAlgebraError.singular`.
    public func inverse() throws(LinearAlgebraError) -> Matrix {
        try solution(.identity(factors.rows))
    }
}
