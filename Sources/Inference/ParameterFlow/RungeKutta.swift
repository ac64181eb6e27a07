import OptimistLinearAlgebra

/// The classical fourth-order method of Runge and Kutta over affine fields, and the exact adjoint of
/// its steps: discretize, then differentiate.
enum RungeKutta {
    /// One step of length h.
    static func step(_ x: Matrix, _ h: Double, _ field: MatrixField) -> Matrix {
        let k1 = field.velocity(x)
        let k2 = field.velocity(x + h / 2 * k1)
        let k3 = field.velocity(x + h / 2 * k2)
        let k4 = field.velocity(x + h * k3)
        return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    }

    /// The gradient in the start of a step from that in its end; the field's is added.
    static func pullback(
        _ adjoint: Matrix, from x: Matrix, _ h: Double, _ field: MatrixField,
        _ gradient: inout MatrixField
    ) -> Matrix {
        let k1 = field.velocity(x)
        let x2 = x + h / 2 * k1
        let k2 = field.velocity(x2)
        let x3 = x + h / 2 * k2
        let x4 = x + h * field.velocity(x3)
        var inX = adjoint
        let in4 = field.pullback(h / 6 * adjoint, at: x4, &gradient)
        inX += in4
        let in3 = field.pullback(h / 3 * adjoint + h * in4, at: x3, &gradient)
        inX += in3
        let in2 = field.pullback(h / 3 * adjoint + h / 2 * in3, at: x2, &gradient)
        inX += in2
        return inX + field.pullback(h / 6 * adjoint + h / 2 * in2, at: x, &gradient)
    }
}
