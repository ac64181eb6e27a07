import OptimistCore

extension Matrix {
    /// The sum of two matrices of one shape.
    public static func + (left: Matrix, right: Matrix) -> Matrix {
        var result = left
        result += right
        return result
    }

    /// The difference of two matrices of one shape.
    public static func - (left: Matrix, right: Matrix) -> Matrix {
        var result = left
        result -= right
        return result
    }

    /// Adds a matrix in place.
    public static func += (left: inout Matrix, right: Matrix) {
        left.add(right, times: 1, "Matrix.+=")
    }

    /// Subtracts a matrix in place.
    public static func -= (left: inout Matrix, right: Matrix) {
        left.add(right, times: -1, "Matrix.-=")
    }

    /// The matrix with every element negated.
    public static prefix func - (matrix: Matrix) -> Matrix { -1 * matrix }

    /// Every element multiplied by a number.
    public static func * (scale: Double, matrix: Matrix) -> Matrix {
        var result = matrix
        result *= scale
        return result
    }

    /// Multiplies every element in place.
    public static func *= (matrix: inout Matrix, scale: Double) {
        matrix.withUnsafeMutableElements { elements in
            for index in elements.indices { elements[index] *= scale }
        }
    }

    /// Adds `scale · other` in place.
    public mutating func add(_ other: Matrix, times scale: Double) {
        add(other, times: scale, "Matrix.add")
    }

    private mutating func add(_ other: Matrix, times scale: Double, _ operation: String) {
        if rows != other.rows || columns != other.columns {
            fail(operation, "\(shape) and \(other.shape)")
        }
        other.withUnsafeElements { other in
            withUnsafeMutableElements { elements in
                for index in elements.indices { elements[index] += scale * other[index] }
            }
        }
    }

    /// Adds a number to every element of the diagonal.
    public mutating func addToDiagonal(_ value: Double) {
        for index in 0..<min(rows, columns) { storage[index * columns + index] += value }
    }
}
