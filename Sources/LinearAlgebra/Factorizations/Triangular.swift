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
        let size = rows
        withUnsafeElements { elements in
            for step in 0..<size {
                let i = triangle == .lower ? step : size - 1 - step
                let solved = triangle == .lower ? 0..<i : i + 1..<size
                for k in solved {
                    let index = triangle == .lowerTransposed ? k * size + i : i * size + k
                    let factor = elements[index]
                    for j in 0..<count { right[i * count + j] -= factor * right[k * count + j] }
                }
                if unitDiagonal { continue }
                let pivot = elements[i * size + i]
                for j in 0..<count { right[i * count + j] /= pivot }
            }
        }
    }
}
