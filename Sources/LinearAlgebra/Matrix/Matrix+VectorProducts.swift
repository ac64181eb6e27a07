import OptimistCore

extension Matrix {
    /// Writes matrix · vector, or adds it, to a vector of the right length; allocates nothing.
    public static func multiply(
        _ matrix: Matrix, _ vector: [Double], into result: inout [Double], adding: Bool = false
    ) {
        if matrix.columns != vector.count || matrix.rows != result.count {
            fail("Matrix.multiply", "\(matrix.shape) times \(vector.count) into \(result.count)")
        }
        let columns = matrix.columns
        matrix.withUnsafeElements { matrix in
            vector.withUnsafeBufferPointer { vector in
                result.withUnsafeMutableBufferPointer { result in
                    for i in result.indices {
                        var sum = adding ? result[i] : 0
                        for j in 0..<columns { sum += matrix[i * columns + j] * vector[j] }
                        result[i] = sum
                    }
                }
            }
        }
    }

    /// Writes matrixᵀ · vector, or adds it; allocates nothing.
    public static func multiply(
        transposed matrix: Matrix, _ vector: [Double], into result: inout [Double],
        adding: Bool = false
    ) {
        if matrix.rows != vector.count || matrix.columns != result.count {
            fail("Matrix.multiply", "\(matrix.shape)ᵀ times \(vector.count) into \(result.count)")
        }
        let columns = matrix.columns
        matrix.withUnsafeElements { matrix in
            vector.withUnsafeBufferPointer { vector in
                result.withUnsafeMutableBufferPointer { result in
                    if !adding { result.update(repeating: 0) }
                    for i in vector.indices {
                        let factor = vector[i]
                        for j in 0..<columns { result[j] += factor * matrix[i * columns + j] }
                    }
                }
            }
        }
    }

    /// The number left · matrix · right.
    public func bilinear(_ left: [Double], _ right: [Double]) -> Double {
        if left.count != rows || right.count != columns {
            fail("Matrix.bilinear", "\(left.count) by \(shape) by \(right.count)")
        }
        return withUnsafeElements { elements in
            var sum = 0.0
            for i in 0..<rows {
                var inner = 0.0
                for j in 0..<columns { inner += elements[i * columns + j] * right[j] }
                sum += left[i] * inner
            }
            return sum
        }
    }

    /// The number vector · matrix · vector.
    public func quadratic(_ vector: [Double]) -> Double { bilinear(vector, vector) }
}
