import OptimistCore
import OptimistLinearAlgebra

/// A vector function of the state, with its Jacobian where a filter needs it.
public struct SmoothFunction: Sendable {
    /// What the function sees beside the state.
    public typealias Context = StepContext<[Double]>

    /// The value at a state.
    public let value: @Sendable ([Double], Context) -> [Double]
    /// The Jacobian at a state, `[output, state]`; nil where none was given.
    public let jacobian: (@Sendable ([Double], Context) -> Matrix)?

    /// A function with its Jacobian.
    public init(
        value: @escaping @Sendable ([Double], Context) -> [Double],
        jacobian: @escaping @Sendable ([Double], Context) -> Matrix
    ) {
        self.value = value
        self.jacobian = jacobian
    }

    private init(withoutJacobian value: @escaping @Sendable ([Double], Context) -> [Double]) {
        self.value = value
        jacobian = nil
    }

    /// A function for filters that need no Jacobian; it need not be smooth.
    public static func withoutJacobian(
        _ value: @escaping @Sendable ([Double], Context) -> [Double]
    ) -> SmoothFunction {
        SmoothFunction(withoutJacobian: value)
    }

    /// A function written on dual numbers, from which the Jacobian follows: one evaluation for
    /// each element of the state.
    ///
    ///     SmoothFunction { state, _ in [sin(state[0]), state[0] * state[1]] }
    public init(
        _ function: @escaping @Sendable ([Dual<Double>], Context) -> [Dual<Double>]
    ) {
        self.init(
            value: { state, context in
                function(state.map { Dual($0) }, context).map(\.value)
            },
            jacobian: { state, context in
                OptimistInference.jacobian(at: state) { function($0, context) }
            })
    }

    /// The linear function M s + offset.
    public static func linear(_ matrix: Matrix, offset: [Double]? = nil) -> SmoothFunction {
        let offset = offset ?? Array(repeating: 0, count: matrix.rows)
        return SmoothFunction(
            value: { state, _ in
                var value = offset
                Matrix.multiply(matrix, state, into: &value, adding: true)
                return value
            }, jacobian: { _, _ in matrix })
    }
}

/// The Jacobian of a function by dual numbers, `[output, input]`; exact to rounding.
public func jacobian(
    at point: [Double], _ function: ([Dual<Double>]) throws -> [Dual<Double>]
) rethrows -> Matrix {
    var input = point.map { Dual<Double>($0) }
    let columns = try point.indices.map { index in
        input[index].derivative = 1
        defer { input[index].derivative = 0 }
        return try function(input).map(\.derivative)
    }
    guard let outputs = columns.first?.count else {
        fail("jacobian", "the function has no inputs")
    }
    return Matrix(rows: outputs, columns: point.count) { columns[$1][$0] }
}
