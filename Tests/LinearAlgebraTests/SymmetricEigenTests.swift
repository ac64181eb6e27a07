import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct SymmetricEigenTests {
    @Test(arguments: [1, 2, 5, 20, 64])
    func `eigenvectors are orthonormal and keep their direction`(size: Int) throws {
        var generator = Generator(seed: UInt64(size))
        let matrix = Matrix.random(size, size, &generator).symmetrized
        let eigen = try SymmetricEigen(matrix)
        #expect(eigen.values == eigen.values.sorted())
        let product = matrix * eigen.vectors
        let scaled = Matrix(rows: size, columns: size) { eigen.vectors[$0, $1] * eigen.values[$1] }
        #expect(product.distance(to: scaled) < 1e-12)
        let gram = Matrix.transposed(eigen.vectors, times: eigen.vectors)
        #expect(gram.distance(to: .identity(size)) < 1e-12)
        #expect(abs(eigen.values.reduce(0, +) - matrix.trace) < 1e-11)
    }

    @Test func `known eigenvalues`() throws {
        // The second-difference matrix: 2 − 2 cos(kπ / (n + 1)).
        let size = 12
        let matrix = Matrix(rows: size, columns: size) {
            $0 == $1 ? 2 : abs($0 - $1) == 1 ? -1 : 0
        }
        for (k, value) in try SymmetricEigen(matrix).values.enumerated() {
            let exact = 2 - 2 * cos(Double(k + 1) * Double.pi / Double(size + 1))
            #expect(abs(value - exact) < 1e-14)
        }
        let two = try SymmetricEigen(Matrix([[2, 1], [1, 2]]))
        #expect(abs(two.values[0] - 1) < 1e-15 && abs(two.values[1] - 3) < 1e-15)
        #expect(abs(two.vectors[0, 1] - 0.5.squareRoot()) < 1e-15)
    }

    @Test func `equal eigenvalues, zeros and extreme scales are no trouble`() throws {
        #expect(try SymmetricEigen(.identity(3)).values == [1, 1, 1])
        #expect(try SymmetricEigen(Matrix(rows: 3, columns: 3)).values == [0, 0, 0])
        for scale in [1e-300, 1e300] {
            let values = try SymmetricEigen(scale * Matrix([[2, 1], [1, 2]])).values
            #expect(abs(values[0] / scale - 1) < 1e-14 && abs(values[1] / scale - 3) < 1e-14)
        }
        #expect(throws: LinearAlgebraError.notFinite) { try SymmetricEigen(Matrix([[.infinity]])) }
    }

    @Test func `the square root of a matrix squares to it`() throws {
        var generator = Generator(seed: 9)
        let matrix = Matrix.randomPositive(10, &generator)
        let root = try SymmetricEigen(matrix).map { $0.squareRoot() }
        #expect((root * root).distance(to: matrix) < 1e-12)
        #expect(root == root.transposed)
    }
}
