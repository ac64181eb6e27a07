import OptimistCore

/// The stabilized biconjugate gradient method for sparse square systems A x = b that need not be
/// symmetric (van der Vorst 1992, SIAM J. Sci. Stat. Comput. 13, 631), preconditioned from the right.
///
/// What it returns was checked by the residual b − A x itself, not by the recursion's.
public struct BiCGSTAB: Sendable {
    /// What stands in for A⁻¹ in each iteration.
    public enum Preconditioner: Sendable, CaseIterable {
        /// Nothing.
        case none
        /// The inverse of the diagonal (Jacobi).
        case diagonal
        /// `IncompleteLU`.
        case incompleteLU
    }

    /// How residuals are measured.
    public enum Norm: Sendable {
        /// max |r|.
        case largest
        /// Σ |r|.
        case sum
    }

    /// What was found.
    public struct Solution: Equatable, Sendable {
        /// x.
        public var vector: [Double]
        /// The norm of b − A x.
        public var residual: Double
        /// Iterations, of two products with A each.
        public var iterations: Int
    }

    /// A.
    public let matrix: SparseRows
    private let inverseDiagonal: [Double]?
    private let incomplete: IncompleteLU?

    /// Prepares the preconditioner.
    ///
    /// - Throws: `LinearAlgebraError.singular` where it meets a diagonal element that is zero.
    public init(
        _ matrix: SparseRows, preconditioner: Preconditioner = .incompleteLU
    ) throws(LinearAlgebraError) {
        if matrix.rows != matrix.columns {
            fail("BiCGSTAB", "\(matrix.rows)x\(matrix.columns) is not square")
        }
        self.matrix = matrix
        switch preconditioner {
        case .none: (inverseDiagonal, incomplete) = (nil, nil)
        case .diagonal:
            (inverseDiagonal, incomplete) = (try BiCGSTAB.inverseDiagonal(matrix), nil)
        case .incompleteLU: (inverseDiagonal, incomplete) = (nil, try IncompleteLU(matrix))
        }
    }

    private static func inverseDiagonal(
        _ matrix: SparseRows
    ) throws(LinearAlgebraError) -> [Double] {
        var result = Array(repeating: 0.0, count: matrix.rows)
        for row in 0..<matrix.rows {
            matrix.forEachInRow(row) { if $0 == row { result[row] = 1 / $1 } }
            if result[row] == 0 || !result[row].isFinite { throw .singular(column: row) }
        }
        return result
    }

    /// Solves A x = b.
    ///
    /// Where the method breaks down or its recursion lost touch with the residual it starts again from
    /// the best point so far, as long as that helps.
    ///
    /// - Parameters:
    ///   - right: b.
    ///   - guess: where to start; zeros unless given.
    ///   - tolerance: the largest norm of b − A x that is accepted.
    ///   - norm: which norm.
    ///   - maximumIterations: the most iterations.
    /// - Throws: `LinearAlgebraError.residual` where the tolerance is not reached, `.notFinite`.
    public func solution(
        _ right: [Double], startingFrom guess: [Double]? = nil, tolerance: Double,
        norm: Norm = .largest, maximumIterations: Int = 10_000
    ) throws(LinearAlgebraError) -> Solution {
        let size = matrix.rows
        if right.count != size || (guess ?? right).count != size || !(tolerance >= 0) {
            fail("BiCGSTAB.solution", "\(right.count) elements, tolerance \(tolerance)")
        }
        var run = Run(solver: self, x: guess ?? Array(repeating: 0, count: size), norm: norm)
        var before = Double.infinity
        while true {
            run.setResidual(right)
            let residual = run.measure(run.r)
            if !residual.isFinite { throw .notFinite }
            if residual <= tolerance {
                return Solution(vector: run.x, residual: residual, iterations: run.iterations)
            }
            if run.iterations >= maximumIterations || residual > 0.9 * before {
                throw .residual(residual, tolerance: tolerance, iterations: run.iterations)
            }
            before = residual
            run.iterate(until: tolerance, maximumIterations)
        }
    }

    fileprivate func precondition(_ vector: inout [Double]) {
        incomplete?.solve(&vector)
        guard let inverseDiagonal else { return }
        for i in vector.indices { vector[i] *= inverseDiagonal[i] }
    }
}

/// The vectors of one solution, which are all that is allocated.
private struct Run {
    let solver: BiCGSTAB
    var x: [Double]
    let norm: BiCGSTAB.Norm
    var iterations = 0
    /// b − A x.
    var r: [Double]
    private var p, v, y, z, t, shadow: [Double]

    init(solver: BiCGSTAB, x: [Double], norm: BiCGSTAB.Norm) {
        (self.solver, self.x, self.norm) = (solver, x, norm)
        let zeros = Array(repeating: 0.0, count: x.count)
        (r, p, v, y, z, t, shadow) = (zeros, zeros, zeros, zeros, zeros, zeros, zeros)
    }

    mutating func setResidual(_ right: [Double]) {
        solver.matrix.multiply(x, into: &r)
        for i in r.indices { r[i] = right[i] - r[i] }
    }

    func measure(_ vector: [Double]) -> Double {
        switch norm {
        case .largest: largestMagnitude(vector)
        case .sum: vector.reduce(0) { $0 + abs($1) }
        }
    }

    /// Iterates from x and its residual until the recursion's residual is small enough, or breaks down.
    mutating func iterate(until tolerance: Double, _ maximumIterations: Int) {
        for i in r.indices { (shadow[i], p[i]) = (r[i], r[i]) }
        var rho = dot(shadow, r)
        while iterations < maximumIterations {
            iterations += 1
            apply(p, preconditioned: &y, product: &v)
            let alpha = rho / dot(shadow, v)
            if !alpha.isFinite { return }
            for i in x.indices {
                x[i] += alpha * y[i]
                r[i] -= alpha * v[i]
            }
            if measure(r) <= tolerance { return }
            apply(r, preconditioned: &z, product: &t)
            let omega = dot(t, r) / dot(t, t)
            if !omega.isFinite || omega == 0 { return }
            for i in x.indices {
                x[i] += omega * z[i]
                r[i] -= omega * t[i]
            }
            if measure(r) <= tolerance { return }
            let next = dot(shadow, r)
            let beta = next / rho * (alpha / omega)
            // The shadow residual has become orthogonal to the residual.
            if abs(next) < 1e-14 * (dot(r, r) * dot(shadow, shadow)).squareRoot() { return }
            for i in p.indices { p[i] = r[i] + beta * (p[i] - omega * v[i]) }
            rho = next
        }
    }

    private func apply(
        _ vector: [Double], preconditioned: inout [Double], product: inout [Double]
    ) {
        for i in vector.indices { preconditioned[i] = vector[i] }
        solver.precondition(&preconditioned)
        solver.matrix.multiply(preconditioned, into: &product)
    }
}
