import OptimistCore
import OptimistLinearAlgebra

/// The velocity of a matrix, affine in it: dX/dt = A X + X B + C, with A, B and C to be learned or
/// fixed. A and B may be absent.
public struct MatrixField: Sendable, Equatable {
    /// A, `[rows, rows]`; nil for none.
    public var left: Matrix?
    /// B, `[columns, columns]`; nil for none.
    public var right: Matrix?
    /// C, of X's shape; nil for none.
    public var constant: Matrix?

    /// A field with its matrices; the default stands still.
    public init(left: Matrix? = nil, right: Matrix? = nil, constant: Matrix? = nil) {
        self.left = left
        self.right = right
        self.constant = constant
    }

    /// The velocity at X.
    public func velocity(_ x: Matrix) -> Matrix {
        var result = constant ?? Matrix(rows: x.rows, columns: x.columns)
        if let left { Matrix.multiply(left, x, into: &result, adding: true) }
        if let right { Matrix.multiply(x, right, into: &result, adding: true) }
        return result
    }

    /// Adds the pullback of `adjoint` = ∂/∂velocity to the gradients in the field, and returns that
    /// in X.
    func pullback(_ adjoint: Matrix, at x: Matrix, _ gradient: inout MatrixField) -> Matrix {
        var inX = Matrix(rows: x.rows, columns: x.columns)
        if let left {
            gradient.left? += adjoint.timesTransposed(x)
            Matrix.multiply(transposed: left, adjoint, into: &inX, adding: true)
        }
        if let right {
            gradient.right? += Matrix.transposed(x, times: adjoint)
            inX += adjoint.timesTransposed(right)
        }
        if constant != nil { gradient.constant? += adjoint }
        return inX
    }

    /// A field of the same parts, all zero.
    var zero: MatrixField {
        MatrixField(
            left: left.map { 0 * $0 }, right: right.map { 0 * $0 },
            constant: constant.map { 0 * $0 })
    }

    /// All numbers: A, B, C row by row.
    var numbers: [Double] {
        (left?.elements ?? []) + (right?.elements ?? []) + (constant?.elements ?? [])
    }

    /// The same parts with other numbers.
    func with(_ numbers: [Double]) -> MatrixField {
        var position = 0
        func take(_ matrix: Matrix?) -> Matrix? {
            matrix.map { matrix in
                let count = matrix.rows * matrix.columns
                defer { position += count }
                return Matrix(
                    rows: matrix.rows, columns: matrix.columns,
                    Array(numbers[position..<position + count]))
            }
        }
        return MatrixField(left: take(left), right: take(right), constant: take(constant))
    }
}
