import OptimistCore

extension Matrix {
    /// The matrix product.
    public static func * (left: Matrix, right: Matrix) -> Matrix {
        var result = Matrix(rows: left.rows, columns: right.columns)
        multiply(left, right, into: &result)
        return result
    }

    /// The product of a matrix and a column vector.
    public static func * (matrix: Matrix, vector: [Double]) -> [Double] {
        var result = Array(repeating: 0.0, count: matrix.rows)
        multiply(matrix, vector, into: &result)
        return result
    }

    /// The product leftᵀ · right.
    public static func transposed(_ left: Matrix, times right: Matrix) -> Matrix {
        var result = Matrix(rows: left.columns, columns: right.columns)
        multiply(transposed: left, right, into: &result)
        return result
    }

    /// The product left · rightᵀ.
    public func timesTransposed(_ right: Matrix) -> Matrix {
        var result = Matrix(rows: rows, columns: right.rows)
        Matrix.multiply(self, transposed: right, into: &result)
        return result
    }

    /// The product matrixᵀ · vector.
    public static func transposed(_ matrix: Matrix, times vector: [Double]) -> [Double] {
        var result = Array(repeating: 0.0, count: matrix.columns)
        multiply(transposed: matrix, vector, into: &result)
        return result
    }

    /// self · inner · selfᵀ, made exactly symmetric; how a covariance passes through a linear map.
    public func sandwich(_ inner: Matrix) -> Matrix {
        var result = (self * inner).timesTransposed(self)
        result.symmetrize()
        return result
    }

    /// Writes left · right, or adds it, to a matrix of the right shape; allocates nothing.
    public static func multiply(
        _ left: Matrix, _ right: Matrix, into result: inout Matrix, adding: Bool = false
    ) {
        if left.columns != right.rows || result.rows != left.rows
            || result.columns != right.columns
        {
            fail("Matrix.multiply", "\(left.shape) times \(right.shape) into \(result.shape)")
        }
        let (rows, inner, columns) = (left.rows, left.columns, right.columns)
        combine(left, right, &result) { left, right, result in
            DenseKernels.multiply(
                .init(base: left, row: inner, inner: 1), right, result, rows: rows, inner: inner,
                columns: columns, adding: adding)
        }
    }

    /// Writes leftᵀ · right, or adds it; allocates nothing.
    public static func multiply(
        transposed left: Matrix, _ right: Matrix, into result: inout Matrix, adding: Bool = false
    ) {
        if left.rows != right.rows || result.rows != left.columns
            || result.columns != right.columns
        {
            fail("Matrix.multiply", "\(left.shape)ᵀ times \(right.shape) into \(result.shape)")
        }
        let (rows, inner, columns) = (left.columns, left.rows, right.columns)
        combine(left, right, &result) { left, right, result in
            DenseKernels.multiply(
                .init(base: left, row: 1, inner: rows), right, result, rows: rows, inner: inner,
                columns: columns, adding: adding)
        }
    }

    /// Writes left · rightᵀ, or adds it; allocates nothing.
    public static func multiply(
        _ left: Matrix, transposed right: Matrix, into result: inout Matrix, adding: Bool = false
    ) {
        if left.columns != right.columns || result.rows != left.rows
            || result.columns != right.rows
        {
            fail("Matrix.multiply", "\(left.shape) times \(right.shape)ᵀ into \(result.shape)")
        }
        let (rows, inner, columns) = (left.rows, left.columns, right.rows)
        combine(left, right, &result) { left, right, result in
            for i in 0..<rows {
                for j in 0..<columns {
                    let product = DenseKernels.dot(
                        left + i * inner, right + j * inner, count: inner)
                    result[i * columns + j] =
                        adding ? result[i * columns + j] + product : product
                }
            }
        }
    }

    /// Hands the elements to a kernel; where an operand is empty the products are sums of nothing.
    @inline(__always)
    private static func combine(
        _ left: Matrix, _ right: Matrix, _ result: inout Matrix,
        _ kernel: (
            UnsafePointer<Double>, UnsafePointer<Double>, UnsafeMutablePointer<Double>
        ) -> Void
    ) {
        left.withUnsafeElements { left in
            right.withUnsafeElements { right in
                result.withUnsafeMutableElements { result in
                    guard let target = result.baseAddress else { return }
                    // An empty array has no address, or an arbitrary one: nothing is read there.
                    kernel(
                        left.baseAddress ?? UnsafePointer(target),
                        right.baseAddress ?? UnsafePointer(target), target)
                }
            }
        }
    }
}
