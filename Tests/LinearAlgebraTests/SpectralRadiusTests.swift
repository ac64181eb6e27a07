import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct SpectralRadiusTests {
    @Test func `known radii`() throws {
        #expect(abs(try Matrix.identity(3).spectralRadius() - 1) < 1e-11)
        #expect(try Matrix(rows: 2, columns: 2).spectralRadius() == 0)
        #expect(try Matrix([[0, 1, 5], [0, 0, 1], [0, 0, 0]]).spectralRadius() == 0)
        let rotation = 0.7 * Matrix([[cos(0.3), -sin(0.3)], [sin(0.3), cos(0.3)]])
        #expect(abs(try rotation.spectralRadius() - 0.7) < 1e-10)
        // One Jordan block: the eigenvalue is defective.
        #expect(abs(try Matrix([[0.9, 100], [0, 0.9]]).spectralRadius() - 0.9) < 1e-9)
        let golden = (1 + 5.0.squareRoot()) / 2
        #expect(abs(try Matrix([[1, 1], [1, 0]]).spectralRadius() - golden) < 1e-10)
    }

    @Test(arguments: [2, 5, 12])
    func `of a symmetric matrix it is the largest magnitude of an eigenvalue`(size: Int) throws {
        var generator = Generator(seed: UInt64(size))
        let matrix = Matrix.random(size, size, &generator).symmetrized
        let values = try SymmetricEigen(matrix).values
        let largest = max(abs(values[0]), abs(values[size - 1]))
        #expect(abs(try matrix.spectralRadius() - largest) < 1e-10 * largest)
        let huge = try (1e200 * matrix).spectralRadius()
        #expect(abs(huge / 1e200 - largest) < 1e-10 * largest)
    }

    @Test func `values that are not finite are refused`() {
        #expect(throws: LinearAlgebraError.notFinite) { try Matrix([[.nan]]).spectralRadius() }
    }
}
