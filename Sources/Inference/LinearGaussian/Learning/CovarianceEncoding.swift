import Foundation
import OptimistLinearAlgebra

/// A positive definite matrix as unconstrained numbers: the lower triangle of its Cholesky factor row
/// by row with logs on the diagonal, or logs of variances.
struct CovarianceEncoding: Sendable, Equatable {
    let size: Int
    let structure: CovarianceStructure

    var count: Int {
        switch structure {
        case .full: size * (size + 1) / 2
        case .diagonal: size
        case .isotropic: 1
        }
    }

    /// - Throws: `LinearAlgebraError.notPositiveDefinite`.
    func encode(_ covariance: Matrix) throws -> [Double] {
        switch structure {
        case .full:
            let factor = try Cholesky(covariance).factor
            return (0..<size).flatMap { i in
                (0...i).map { $0 == i ? log(factor[i, i]) : factor[i, $0] }
            }
        case .diagonal: return covariance.diagonal.map { log($0) }
        case .isotropic: return [log(covariance.trace / Double(size))]
        }
    }

    /// L.
    private func factor(_ code: [Double]) -> Matrix {
        Matrix(rows: size, columns: size) { i, j in
            j > i ? 0 : i == j ? exp(code[i * (i + 1) / 2 + i]) : code[i * (i + 1) / 2 + j]
        }
    }

    func decode(_ code: [Double]) -> Matrix {
        switch structure {
        case .full:
            let factor = factor(code)
            return factor.timesTransposed(factor).symmetrized
        case .diagonal: return .diagonal(code.map { exp($0) })
        case .isotropic: return exp(code[0]) * .identity(size)
        }
    }

    /// The gradient in the code, from that in the full matrix.
    func pullback(_ gradient: Matrix, at code: [Double]) -> [Double] {
        switch structure {
        case .full:
            // d(L Lᵀ) = dL Lᵀ + L dLᵀ.
            let factor = factor(code)
            let inFactor = 2 * (gradient.symmetrized * factor)
            return (0..<size).flatMap { i in
                (0...i).map { inFactor[i, $0] * ($0 == i ? factor[i, i] : 1) }
            }
        case .diagonal: return (0..<size).map { gradient[$0, $0] * exp(code[$0]) }
        case .isotropic: return [gradient.trace * exp(code[0])]
        }
    }
}
