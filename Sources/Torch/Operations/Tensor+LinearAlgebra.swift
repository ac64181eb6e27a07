import OptimistCTorch

// Products, factorizations and solves of matrices `[..., rows, columns]`, batched over the leading
// axes. All but `eigenDecomposition`'s and the singular value decomposition's vectors at equal
// values are differentiable.
extension Tensor {
    /// The matrix product; a vector is a row on the left and a column on the right.
    public func matmul(_ other: Tensor) -> Tensor { binary("Tensor.matmul", other, ot_matmul) }

    /// A product and sum over named axes, such as `"bij,bjk->bik"`.
    public static func einsum(_ equation: String, _ tensors: [Tensor]) -> Tensor {
        make("Tensor.einsum", more: tensors) {
            ot_einsum(equation, tensors.map { $0.handle }, Int32(tensors.count), $0)
        }
    }

    /// The lower triangular L with L Lᵀ = A; a matrix that is not positive definite is a
    /// programmer's error here.
    public func cholesky() -> Tensor { unary("Tensor.cholesky", ot_cholesky) }

    /// The lower triangular L with L Lᵀ = A, and for each matrix whether it is positive definite;
    /// the factor of one that is not is meaningless.
    public func tryCholesky() -> (factor: Tensor, isPositiveDefinite: Tensor) {
        let parts = makeSeveral("Tensor.tryCholesky", 2, self) { ot_try_cholesky(handle, $0, $1) }
        return (parts[0], parts[1])
    }

    /// The solution X of L Lᵀ X = B, for this tensor L, a lower Cholesky factor.
    public func choleskySolve(_ right: Tensor) -> Tensor {
        binary("Tensor.choleskySolve", right, ot_cholesky_solve)
    }

    /// The solution X of A X = B, or of X A = B unless `fromLeft`, for this triangular tensor A.
    public func triangularSolve(
        _ right: Tensor, upper: Bool, fromLeft: Bool = true, unitDiagonal: Bool = false
    ) -> Tensor {
        make("Tensor.triangularSolve", self, right) {
            ot_solve_triangular(
                handle, right.handle, upper ? 1 : 0, fromLeft ? 1 : 0, unitDiagonal ? 1 : 0, $0)
        }
    }

    /// The solution X of A X = B for this square tensor A.
    public func solve(_ right: Tensor) -> Tensor { binary("Tensor.solve", right, ot_solve) }

    /// The inverse; prefer `solve`, which is faster and more exact.
    public func inverse() -> Tensor { unary("Tensor.inverse", ot_inverse) }

    /// The eigenvalues `[..., n]` of symmetric matrices, ascending, and the eigenvectors as
    /// columns; only the lower triangle is read.
    public func eigenDecomposition() -> (values: Tensor, vectors: Tensor) {
        let parts = makeSeveral("Tensor.eigenDecomposition", 2, self) { ot_eigh(handle, $0, $1) }
        return (parts[0], parts[1])
    }

    /// U, S and Vᵀ with A = U diag(S) Vᵀ, S descending, reduced to min(rows, columns).
    public func singularValueDecomposition() -> (u: Tensor, s: Tensor, vTransposed: Tensor) {
        let parts = makeSeveral("Tensor.singularValueDecomposition", 3, self) {
            ot_svd(handle, $0, $1)
        }
        return (parts[0], parts[1], parts[2])
    }

    /// Q with orthonormal columns and upper triangular R with A = Q R.
    public func qrDecomposition() -> (q: Tensor, r: Tensor) {
        let parts = makeSeveral("Tensor.qrDecomposition", 2, self) { ot_qr(handle, $0, $1) }
        return (parts[0], parts[1])
    }

    /// The sign of the determinant and the logarithm of its absolute value.
    public func logDeterminant() -> (sign: Tensor, logarithm: Tensor) {
        let parts = makeSeveral("Tensor.logDeterminant", 2, self) { ot_slogdet(handle, $0, $1) }
        return (parts[0], parts[1])
    }

    /// The diagonal `[..., n]` of matrices; shares their memory.
    public func diagonal() -> Tensor { unary("Tensor.diagonal", ot_diagonal) }

    /// Matrices `[..., n, n]` with these elements `[..., n]` on their diagonal.
    public func diagonalMatrix() -> Tensor { unary("Tensor.diagonalMatrix", ot_diagonal_matrix) }

    /// The sum of the diagonal of matrices.
    public func trace() -> Tensor { diagonal().sum(axis: -1) }

    /// The part on and below the diagonal, moved up by `offset`; zeros elsewhere.
    public func lowerTriangle(offset: Int = 0) -> Tensor {
        make("Tensor.lowerTriangle", self) { ot_tril(handle, offset, $0) }
    }

    /// The part on and above the diagonal, moved up by `offset`; zeros elsewhere.
    public func upperTriangle(offset: Int = 0) -> Tensor {
        make("Tensor.upperTriangle", self) { ot_triu(handle, offset, $0) }
    }
}
