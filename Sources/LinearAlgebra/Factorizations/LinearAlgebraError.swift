/// Why a matrix could not be factored or a system not be solved.
public enum LinearAlgebraError: Error, Equatable, Sendable {
    /// Cholesky met a pivot that is not positive, at the given row.
    case notPositiveDefinite(pivot: Int, value: Double)
    /// Elimination met a zero pivot in the given column.
    case singular(column: Int)
    /// A column depends on those before it, to working precision.
    case rankDeficient(column: Int)
    /// A matrix holds a value that is not finite.
    case notFinite
    /// An iteration did not converge within the given number of sweeps.
    case notConverged(sweeps: Int)
    /// An iteration stopped at a residual above the tolerance.
    case residual(Double, tolerance: Double, iterations: Int)
    /// An entry of a sparse matrix lies outside its shape.
    case outOfRange(row: Int, column: Int, rows: Int, columns: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
    /// The sentence that a user reads.
    public var description: String {
        switch self {
        case .notPositiveDefinite(let pivot, let value):
            "the matrix is not positive definite: the pivot of row \(pivot) is \(value); "
                + "check that it is symmetric, or ask for jitter on its diagonal"
        case .singular(let column):
            "the matrix is singular: column \(column) has no pivot; remove dependent equations"
        case .rankDeficient(let column):
            "column \(column) is a combination of the columns before it; remove it"
        case .notFinite:
            "the matrix holds a value that is not finite; look where it was computed"
        case .notConverged(let sweeps):
            "the iteration did not converge in \(sweeps) sweeps; check that the matrix is finite"
        case .residual(let residual, let tolerance, let iterations):
            "after \(iterations) iterations the residual is \(residual), not \(tolerance): allow "
                + "more iterations, another preconditioner or a tolerance above rounding"
        case .outOfRange(let row, let column, let rows, let columns):
            "the entry [\(row), \(column)] lies outside a matrix of \(rows) rows and "
                + "\(columns) columns; correct its indices or the shape"
        }
    }
}
