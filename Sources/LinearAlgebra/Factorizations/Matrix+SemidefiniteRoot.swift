import OptimistCore

extension Matrix {
    /// A square root L of a covariance matrix, L Lᵀ = self: the Cholesky factor, which keeps small
    /// variances beside large ones, and `semidefiniteRoot` where there is none.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`, `.notFinite`.
    public func covarianceRoot() throws(LinearAlgebraError) -> Matrix {
        if let cholesky = try? Cholesky(self) { return cholesky.factor }
        return try semidefiniteRoot()
    }

    /// A square root L of a symmetric positive semidefinite matrix, L Lᵀ = self, by Cholesky
    /// factorization with diagonal pivoting (Higham, "Accuracy and Stability of Numerical
    /// Algorithms", 2nd edition, section 10.3).
    ///
    /// The rows of L are in the order of the matrix, so that L is triangular only up to a
    /// permutation; the columns beyond the rank are zero. What is dropped is below 10⁻¹⁴ of the
    /// largest element of the diagonal, times the size.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` where a pivot is negative beyond rounding,
    ///   `.notFinite`.
    public func semidefiniteRoot() throws(LinearAlgebraError) -> Matrix {
        if !isSquare { fail("Matrix.semidefiniteRoot", "\(shape) is not square") }
        if !isFinite { throw .notFinite }
        let size = rows
        let tolerance = 1e-14 * Double(size) * max(diagonal.max() ?? 0, 0)
        var remaining = self
        var root = Matrix(rows: size, columns: size)
        var free = Array(0..<size)
        for k in 0..<size {
            let next = free.indices.max {
                remaining[free[$0], free[$0]] < remaining[free[$1], free[$1]]
            }!
            let pivot = free[next]
            if !(remaining[pivot, pivot] > tolerance) { break }
            free.remove(at: next)
            let diagonal = remaining[pivot, pivot].squareRoot()
            root[pivot, k] = diagonal
            for i in free { root[i, k] = remaining[i, pivot] / diagonal }
            for i in free {
                for j in free { remaining[i, j] -= root[i, k] * root[j, k] }
            }
        }
        // A semidefinite rest without a positive diagonal is zero but for rounding.
        for i in free {
            for j in free where abs(remaining[i, j]) > 1e3 * tolerance {
                throw .notPositiveDefinite(pivot: i, value: remaining[i, i])
            }
        }
        return root
    }
}
