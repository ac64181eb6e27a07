import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct CholeskyTests {
    @Test(arguments: [1, 2, 5, 16, 64])
    func `the factor times its transpose is the matrix`(size: Int) throws {
        var generator = Generator(seed: UInt64(size))
        let matrix = Matrix.randomPositive(size, &generator)
        let cholesky = try Cholesky(matrix)
        let l = cholesky.factor
        #expect(l.timesTransposed(l).distance(to: matrix) < 1e-12 * Double(size))
        for i in 0..<size {
            #expect(l[i, i] > 0)
            for j in i + 1..<max(size, i + 1) { #expect(l[i, j] == 0) }
        }
    }

    @Test(arguments: [1, 3, 12, 40])
    func `solutions solve and the inverse inverts`(size: Int) throws {
        var generator = Generator(seed: UInt64(100 + size))
        let matrix = Matrix.randomPositive(size, &generator)
        let cholesky = try Cholesky(matrix)
        let vector = randomVector(size, &generator)
        let solution = cholesky.solution(vector)
        #expect(largestMagnitude(subtract(matrix * solution, vector)) < 1e-10)
        #expect((matrix * cholesky.inverse).distance(to: .identity(size)) < 1e-9)
        let right = Matrix.random(size, 3, &generator)
        #expect((matrix * cholesky.solution(right)).distance(to: right) < 1e-9)
        #expect(abs(cholesky.inverseQuadratic(vector) - dot(vector, solution)) < 1e-9)
    }

    @Test func `a known determinant`() throws {
        let matrix = Matrix([[4, 12, -16], [12, 37, -43], [-16, -43, 98]])
        let cholesky = try Cholesky(matrix)
        #expect(
            cholesky.factor.distance(to: Matrix([[2, 0, 0], [6, 1, 0], [-8, 5, 3]])) < 1e-14)
        #expect(abs(cholesky.logDeterminant - log(36)) < 1e-14)
    }

    @Test func `refactoring gives the same as factoring`() throws {
        var generator = Generator(seed: 3)
        let (first, second) = (
            Matrix.randomPositive(6, &generator), Matrix.randomPositive(6, &generator)
        )
        var cholesky = try Cholesky(first)
        try cholesky.refactor(second)
        #expect(try cholesky == Cholesky(second))
    }

    @Test func `the first bad pivot is named`() {
        let indefinite = Matrix([[1, 0, 0], [0, 4, 2], [0, 2, 0.5]])
        let error = #expect(throws: LinearAlgebraError.self) { try Cholesky(indefinite) }
        #expect(error == .notPositiveDefinite(pivot: 2, value: -0.5))
        #expect(
            error?.description
                == "the matrix is not positive definite: the pivot of row 2 is -0.5; "
                + "check that it is symmetric, or ask for jitter on its diagonal")
        #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix([[.nan]])) }
        #expect(throws: LinearAlgebraError.self) { try Cholesky(Matrix([[.infinity]])) }
    }

    @Test func `jitter is added when asked for and reported`() throws {
        let singular = Matrix([[1, 1], [1, 1]])
        #expect(throws: LinearAlgebraError.self) { try Cholesky(singular) }
        let jittered = try Cholesky(singular, jitter: 0.5)
        #expect(abs(jittered.logDeterminant - log(1.25)) < 1e-14)
        let indefinite = Matrix([[1, 0], [0, -1e-7]])
        let grown = try Cholesky.withJitter(indefinite, from: 1e-9, upTo: 1e-3)
        #expect(abs(grown.jitter / 1e-6 - 1) < 1e-12)
        #expect(try Cholesky.withJitter(.identity(2), from: 1e-9, upTo: 1).jitter == 0)
        #expect(throws: LinearAlgebraError.self) {
            try Cholesky.withJitter(Matrix([[-1]]), from: 1e-9, upTo: 1e-3)
        }
    }
}
