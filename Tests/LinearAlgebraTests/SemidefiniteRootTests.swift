import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct SemidefiniteRootTests {
    @Test(arguments: [(1, 1), (4, 4), (5, 2), (8, 1), (6, 0), (20, 7)])
    func `the root times its transpose is the matrix, whatever its rank`(
        size: Int, rank: Int
    ) throws {
        var generator = Generator(seed: UInt64(10 * size + rank))
        let part = Matrix.random(size, rank, &generator)
        let matrix = part.timesTransposed(part).symmetrized
        let root = try matrix.semidefiniteRoot()
        #expect(root.timesTransposed(root).distance(to: matrix) < 1e-12 * Double(size))
        for column in rank..<max(size, rank) {
            #expect(root.column(column).allSatisfy { $0 == 0 })
        }
    }

    @Test func `tiny and large directions both count`() throws {
        let matrix = Matrix([[1e-14, 1e-7], [1e-7, 1]])
        let root = try matrix.semidefiniteRoot()
        #expect(root.timesTransposed(root).distance(to: matrix) < 1e-13)
        let scaled = 1e200 * Matrix.diagonal([1, 4])
        #expect(try scaled.semidefiniteRoot() == 1e100 * Matrix([[0, 1], [2, 0]]))
    }

    @Test func `indefinite matrices are refused`() {
        for matrix in [
            Matrix([[1, 0], [0, -0.1]]), Matrix([[0, 1], [1, 0]]), Matrix([[-1]]),
            Matrix([[1, 2], [2, 1]]),
        ] {
            let error = #expect(throws: LinearAlgebraError.self) {
                try matrix.semidefiniteRoot()
            }
            guard case .notPositiveDefinite = error else {
                Issue.record("\(matrix): \(String(describing: error))")
                continue
            }
        }
        #expect(throws: LinearAlgebraError.notFinite) {
            try Matrix([[.infinity]]).semidefiniteRoot()
        }
    }

    @Test func `the root of a covariance keeps small variances beside large ones`() throws {
        let root = try Matrix.diagonal([1e10, 1e-10]).covarianceRoot()
        #expect(root == Matrix.diagonal([1e5, 1e-5]))
        let singular = Matrix([[4, 2], [2, 1]])
        let product = try singular.covarianceRoot().sandwich(.identity(2))
        for i in 0..<2 { for j in 0..<2 { #expect(abs(product[i, j] - singular[i, j]) < 1e-15) } }
        #expect(throws: LinearAlgebraError.self) {
            try Matrix([[1, 2], [2, 1]]).covarianceRoot()
        }
    }
}
