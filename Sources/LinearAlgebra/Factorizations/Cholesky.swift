import Foundation
import OptimistCore

/// The Cholesky factorization A = L Lᵀ of a symmetric positive definite matrix.
public struct Cholesky: Sendable, Equatable {
    /// L, lower triangular with a positive diagonal and zeros above it.
    public private(set) var factor: Matrix

    /// Factors a matrix, of which only the lower triangle is read.
    ///
    /// - Parameters:
    ///   - matrix: a square matrix.
    ///   - jitter: added to the diagonal before factoring; nothing unless asked for.
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` with the first bad pivot.
    public init(_ matrix: Matrix, jitter: Double = 0) throws(LinearAlgebraError) {
        if !matrix.isSquare { fail("Cholesky", "\(matrix.shape) is not square") }
        factor = matrix
        try factorInPlace(jitter)
    }

    /// Factors another matrix of the same size without allocating.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`; the factor is then of no use.
    public mutating func refactor(
        _ matrix: Matrix, jitter: Double = 0
    ) throws(LinearAlgebraError) {
        if matrix.rows != factor.rows || matrix.columns != factor.columns {
            fail("Cholesky.refactor", "\(matrix.shape) in place of \(factor.shape)")
        }
        matrix.withUnsafeElements { source in
            factor.withUnsafeMutableElements { target in
                for index in target.indices { target[index] = source[index] }
            }
        }
        try factorInPlace(jitter)
    }

    /// Factors with the least jitter among 0, `first`, 10 · `first`, … up to `last`, which is
    /// reported beside the factorization.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` of the last attempt.
    public static func withJitter(
        _ matrix: Matrix, from first: Double, upTo last: Double
    ) throws(LinearAlgebraError) -> (cholesky: Cholesky, jitter: Double) {
        if !(first > 0 && last.isFinite) {
            fail("Cholesky.withJitter", "from \(first) up to \(last)")
        }
        var jitter = 0.0
        while true {
            do {
                return (try Cholesky(matrix, jitter: jitter), jitter)
            } catch {
                jitter = jitter == 0 ? first : jitter * 10
                if jitter > last { throw error }
            }
        }
    }

    private mutating func factorInPlace(_ jitter: Double) throws(LinearAlgebraError) {
        let size = factor.rows
        let bad: (pivot: Int, value: Double)? = factor.withUnsafeMutableElements { l in
            for j in 0..<size {
                var pivot = l[j * size + j] + jitter
                for k in 0..<j { pivot -= l[j * size + k] * l[j * size + k] }
                if !(pivot > 0 && pivot.isFinite) { return (j, pivot) }
                let root = pivot.squareRoot()
                l[j * size + j] = root
                for i in j + 1..<size {
                    var sum = l[i * size + j]
                    for k in 0..<j { sum -= l[i * size + k] * l[j * size + k] }
                    l[i * size + j] = sum / root
                }
                for i in 0..<j { l[i * size + j] = 0 }
            }
            return nil
        }
        if let bad { throw .notPositiveDefinite(pivot: bad.pivot, value: bad.value) }
    }

    /// log det A = 2 Σ log Lᵢᵢ.
    public var logDeterminant: Double { 2 * factor.diagonal.reduce(0) { $0 + log($1) } }

    /// Solves A x = b in place; allocates nothing.
    public func solve(_ vector: inout [Double]) {
        factor.solve(.lower, &vector)
        factor.solve(.lowerTransposed, &vector)
    }

    /// Solves A X = B in place; allocates nothing.
    public func solve(_ right: inout Matrix) {
        factor.solve(.lower, &right)
        factor.solve(.lowerTransposed, &right)
    }

    /// The solution x of A x = b.
    public func solution(_ vector: [Double]) -> [Double] {
        var result = vector
        solve(&result)
        return result
    }

    /// The solution X of A X = B.
    public func solution(_ right: Matrix) -> Matrix {
        var result = right
        solve(&result)
        return result
    }

    /// A⁻¹, exactly symmetric.
    public var inverse: Matrix { solution(.identity(factor.rows)).symmetrized }

    /// bᵀ A⁻¹ b, the squared Mahalanobis length of b.
    public func inverseQuadratic(_ vector: [Double]) -> Double {
        var whitened = vector
        factor.solve(.lower, &whitened)
        return dot(whitened, whitened)
    }
}
