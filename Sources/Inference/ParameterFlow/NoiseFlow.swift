import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// How the noise covariance F follows an ordinary differential equation.
public struct NoiseFlow: Sendable, Equatable {
    /// What is integrated in place of F.
    public enum Encoding: Sendable, Equatable {
        /// A lower triangle with log-diagonal, as a column row by row: F = L Lᵀ + 10⁻⁸ I, positive
        /// definite for any step length.
        case cholesky
        /// F itself under dF/dt = M F + F Mᵀ + C Cᵀ, with M and C the field's `left` and
        /// `constant`, in the form F ← Ψ F Ψᵀ + h C Cᵀ, Ψ = exp(h M): always positive, of first order
        /// in C.
        case lyapunov
        /// A symmetric matrix whose exponential is F; the field's velocity is symmetrized.
        case logEuclidean
        /// F itself, its velocity symmetrized; where F stops being positive definite the substep is
        /// halved, six times at most. Without gradients.
        case raw
    }

    /// What is integrated.
    public let encoding: Encoding
    /// The velocity of the encoded matrix.
    public var field: MatrixField
    /// The encoded F at time 0.
    public var start: Matrix

    /// The least of F's eigenvalues under the Cholesky encoding.
    static let floor = 1e-8

    /// A flow that starts from a covariance.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    public init(covariance: Matrix, encoding: Encoding = .cholesky, field: MatrixField = .init())
        throws
    {
        self.encoding = encoding
        self.field = field
        switch encoding {
        case .cholesky:
            var reduced = covariance
            reduced.addToDiagonal(-NoiseFlow.floor)
            let code = CovarianceEncoding(size: covariance.rows, structure: .full)
            start = .column(try code.encode(reduced))
        case .logEuclidean:
            if let smallest = try SymmetricEigen(covariance).values.first, smallest <= 0 {
                throw LinearAlgebraError.notPositiveDefinite(pivot: 0, value: smallest)
            }
            start = try SymmetricEigen(covariance).map { log($0) }
        case .lyapunov, .raw:
            _ = try Cholesky(covariance)
            start = covariance
        }
    }

    /// The number of states for an encoded matrix.
    private func code(_ encoded: Matrix) -> CovarianceEncoding {
        let size = Int((Double(8 * encoded.rows + 1).squareRoot() - 1) / 2)
        return CovarianceEncoding(size: size, structure: .full)
    }

    /// F.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`.
    func decode(_ encoded: Matrix) throws -> Matrix {
        switch encoding {
        case .cholesky:
            var result = code(encoded).decode(encoded.elements)
            result.addToDiagonal(NoiseFlow.floor)
            return result
        case .logEuclidean: return try encoded.symmetrized.exponential().symmetrized
        case .lyapunov, .raw: return encoded
        }
    }

    /// The gradient in the encoded matrix from that in F.
    func decodePullback(_ gradient: Matrix, at encoded: Matrix) throws -> Matrix {
        switch encoding {
        case .cholesky:
            return .column(code(encoded).pullback(gradient, at: encoded.elements))
        case .logEuclidean:
            let symmetric = encoded.symmetrized
            return try symmetric.exponentialPullback(gradient.symmetrized).symmetrized
        case .lyapunov, .raw: return gradient
        }
    }

    /// One substep of length h.
    func step(_ x: Matrix, _ h: Double) throws -> Matrix {
        switch encoding {
        case .cholesky: return RungeKutta.step(x, h, field)
        case .logEuclidean: return RungeKutta.step(x, h, field).symmetrized
        case .lyapunov:
            let map = try (h * lyapunovMatrix(x)).exponential()
            var result = map.sandwich(x)
            if let root = field.constant { result += h * root.timesTransposed(root) }
            return result.symmetrized
        case .raw: return try rawStep(x, h, halvings: 6)
        }
    }

    private func lyapunovMatrix(_ x: Matrix) -> Matrix {
        field.left ?? Matrix(rows: x.rows, columns: x.rows)
    }

    private func rawStep(_ x: Matrix, _ h: Double, halvings: Int) throws -> Matrix {
        let end = RungeKutta.step(x, h, field).symmetrized
        do {
            _ = try Cholesky(end)
            return end
        } catch {
            if halvings == 0 { throw error }
            let middle = try rawStep(x, h / 2, halvings: halvings - 1)
            return try rawStep(middle, h / 2, halvings: halvings - 1)
        }
    }

    /// The gradient in the start of a substep from that in its end; the field's is added.
    func pullback(
        _ adjoint: Matrix, from x: Matrix, _ h: Double, _ gradient: inout MatrixField
    ) throws -> Matrix {
        switch encoding {
        case .cholesky: return RungeKutta.pullback(adjoint, from: x, h, field, &gradient)
        case .logEuclidean:
            return RungeKutta.pullback(adjoint.symmetrized, from: x, h, field, &gradient)
        case .lyapunov:
            let symmetric = adjoint.symmetrized
            let scaled = h * lyapunovMatrix(x)
            let map = try scaled.exponential()
            if let root = field.constant { gradient.constant? += 2 * h * (symmetric * root) }
            if field.left != nil {
                gradient.left? += h * (try scaled.exponentialPullback(2 * (symmetric * map * x)))
            }
            return map.transposed.sandwich(symmetric)
        case .raw:
            throw ParameterFlowError.noGradient(
                reason: "the raw covariance is rolled with substeps that depend on it; "
                    + "use another encoding")
        }
    }
}

extension Matrix {
    /// The gradient in X from that in exp X: the derivative of the exponential at Xᵀ in the direction
    /// of the adjoint, read off the exponential of [Xᵀ, G; 0, Xᵀ] (Najfeld and Havel, 1995).
    ///
    /// - Throws: `LinearAlgebraError.notFinite`.
    func exponentialPullback(_ adjoint: Matrix) throws -> Matrix {
        var block = Matrix(rows: 2 * rows, columns: 2 * rows)
        block.setBlock(row: 0, column: 0, transposed)
        block.setBlock(row: rows, column: rows, transposed)
        block.setBlock(row: 0, column: rows, adjoint)
        return try block.exponential().block(rows: 0..<rows, columns: rows..<2 * rows)
    }
}
