import OptimistCore

/// Which triangle of a matrix a solve reads; the other one is ignored.
public enum Triangle: Sendable {
    /// The lower triangle L.
    case lower
    /// The transpose of the lower triangle, Lᵀ.
    case lowerTransposed
    /// The upper triangle U.
    case upper
}

extension Matrix {
    /// Solves a triangular system for one right-hand side in place; allocates nothing.
    ///
    /// - Parameters:
    ///   - triangle: which triangle of this square matrix is the system's.
    ///   - unitDiagonal: whether the diagonal counts as ones, whatever is stored there.
    ///   - vector: the right-hand side, replaced by the solution.
    public func solve(
        _ triangle: Triangle, unitDiagonal: Bool = false, _ vector: inout [Double]
    ) {
        if !isSquare || rows != vector.count {
            fail("Matrix.solve", "\(shape) for a right-hand side of \(vector.count)")
        }
        vector.withUnsafeMutableBufferPointer {
            solve(triangle, unitDiagonal, $0.baseAddress, columns: 1)
        }
    }

    /// Solves a triangular system for every column of a matrix in place; allocates nothing.
    public func solve(
        _ triangle: Triangle, unitDiagonal: Bool = false, _ right: inout Matrix
    ) {
        if !isSquare || rows != right.rows {
            fail("Matrix.solve", "\(shape) for a right-hand side of \(right.shape)")
        }
        let columns = right.columns
        right.withUnsafeMutableElements {
            solve(triangle, unitDiagonal, $0.baseAddress, columns: columns)
        }
    }

    private func solve(
        _ triangle: Triangle, _ unitDiagonal: Bool, _ right: UnsafeMutablePointer<Double>?,
        columns count: Int
    ) {
        guard let right else { return }
        let (size, isTransposed) = (rows, triangle == .lowerTransposed)
        withUnsafeElements { elements in
            guard let base = elements.baseAddress else { return }
            DenseKernels.solve(
                .init(base: base, row: isTransposed ? 1 : size, inner: isTransposed ? size : 1),
                size: size, forward: triangle == .lower, unitDiagonal: unitDiagonal, right,
                columns: count)
        }
    }
}
