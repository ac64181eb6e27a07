import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct FactorizationTests {
    @Test(arguments: [1, 2, 7, 30, 64])
    func `triangular systems are solved in each of their forms`(size: Int) {
        var generator = Generator(seed: UInt64(size))
        var full = Matrix.random(size, size, &generator)
        for i in 0..<size {
            full[i, i] = 2 + abs(full[i, i])
            for j in 0..<size where i != j { full[i, j] /= Double(size) }
        }
        let lower = Matrix(rows: size, columns: size) { $0 >= $1 ? full[$0, $1] : 0 }
        let upper = Matrix(rows: size, columns: size) { $0 <= $1 ? full[$0, $1] : 0 }
        let unit = Matrix(rows: size, columns: size) {
            $0 > $1 ? full[$0, $1] : $0 == $1 ? 1 : 0
        }
        let right = randomVector(size, &generator)
        func residual(_ matrix: Matrix, _ solve: (inout [Double]) -> Void) -> Double {
            var solution = right
            solve(&solution)
            return largestMagnitude(subtract(matrix * solution, right))
        }
        #expect(residual(lower) { full.solve(.lower, &$0) } < 1e-12)
        #expect(residual(lower.transposed) { full.solve(.lowerTransposed, &$0) } < 1e-12)
        #expect(residual(upper) { full.solve(.upper, &$0) } < 1e-12)
        #expect(residual(unit) { full.solve(.lower, unitDiagonal: true, &$0) } < 1e-12)
    }

    @Test(arguments: [1, 2, 6, 25, 64])
    func `elimination solves and its factors multiply to the permuted matrix`(size: Int) throws {
        var generator = Generator(seed: UInt64(size))
        let matrix = Matrix.random(size, size, &generator)
        let lu = try LU(matrix)
        let lower = Matrix(rows: size, columns: size) {
            $0 > $1 ? lu.factors[$0, $1] : $0 == $1 ? 1 : 0
        }
        let upper = Matrix(rows: size, columns: size) { $0 <= $1 ? lu.factors[$0, $1] : 0 }
        let permuted = Matrix(rows: size, columns: size) { matrix[lu.permutation[$0], $1] }
        #expect((lower * upper).distance(to: permuted) < 1e-12)
        let right = randomVector(size, &generator)
        let solution = try lu.solution(right)
        #expect(largestMagnitude(subtract(matrix * solution, right)) < 1e-10)
        #expect((matrix * (try lu.inverse())).distance(to: .identity(size)) < 1e-10)
    }

    @Test func `known determinants`() throws {
        #expect(abs(try LU(Matrix([[0, 2], [3, 0]])).determinant + 6) < 1e-15)
        // The Hilbert matrix of size 4: 1 / 6,048,000.
        let hilbert = Matrix(rows: 4, columns: 4) { 1 / Double($0 + $1 + 1) }
        #expect(abs(try LU(hilbert).determinant * 6_048_000 - 1) < 1e-10)
        let (logMagnitude, sign) = try LU(Matrix([[0, 2], [3, 0]])).logDeterminant
        #expect(abs(logMagnitude - log(6)) < 1e-15 && sign == -1)
        // The Vandermonde matrix of 1, 2, 4, 7: the product of all differences.
        let nodes = [1.0, 2, 4, 7]
        let vandermonde = Matrix(rows: 4, columns: 4) { pow(nodes[$0], Double($1)) }
        #expect(abs(try LU(vandermonde).determinant - 1 * 3 * 6 * 2 * 5 * 3) < 1e-10)
    }

    @Test func `a singular matrix has determinant zero and no solution`() throws {
        let lu = try LU(Matrix([[1, 2, 3], [2, 4, 6], [1, 0, 1]]))
        #expect(lu.determinant == 0 && lu.logDeterminant.logMagnitude == -.infinity)
        #expect(throws: LinearAlgebraError.singular(column: 2)) { try lu.solution([1, 2, 3]) }
        #expect(throws: LinearAlgebraError.notFinite) { try LU(Matrix([[.nan]])) }
    }

    @Test(arguments: [(1, 1), (4, 2), (9, 9), (64, 20)])
    func `Q is orthonormal, R triangular and their product the matrix`(rows: Int, columns: Int) {
        var generator = Generator(seed: UInt64(rows))
        let matrix = Matrix.random(rows, columns, &generator)
        let qr = QR(matrix)
        #expect((qr.q * qr.r).distance(to: matrix) < 1e-13)
        #expect(
            Matrix.transposed(qr.q, times: qr.q).distance(to: .identity(columns)) < 1e-14 * 10)
        for i in 0..<columns {
            #expect(qr.r[i, i] >= 0)
            for j in 0..<i { #expect(qr.r[i, j] == 0) }
        }
    }

    @Test func `least squares satisfies the normal equations`() throws {
        var generator = Generator(seed: 4)
        let matrix = Matrix.random(30, 5, &generator)
        let right = randomVector(30, &generator)
        let solution = try QR(matrix).leastSquares(right)
        let residual = subtract(matrix * solution, right)
        #expect(largestMagnitude(Matrix.transposed(matrix, times: residual)) < 1e-12)
        var dependent = matrix
        for i in 0..<30 { dependent[i, 3] = dependent[i, 0] - 2 * dependent[i, 1] }
        #expect(throws: LinearAlgebraError.rankDeficient(column: 3)) {
            try QR(dependent).leastSquares(right)
        }
    }
}
