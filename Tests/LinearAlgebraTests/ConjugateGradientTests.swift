import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct ConjugateGradientTests {
    /// X Xᵀ / 20 + 1 with X a 20 × 20 matrix of standard normal numbers.
    private func system(seed: UInt64) -> (matrix: Matrix, right: [Double]) {
        var generator = Generator(seed: seed)
        let root = Matrix.random(20, 20, &generator)
        var matrix = (1.0 / 20) * root.timesTransposed(root)
        matrix.addToDiagonal(1)
        return (matrix, randomVector(20, &generator))
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `twenty iterations solve twenty equations`(seed: UInt64) throws {
        let (matrix, right) = system(seed: seed)
        let direct = try LU(matrix).solution(right)
        let found = conjugateGradient(
            apply: { matrix * $0 }, rightHandSide: right, iterations: 20, tolerance: 0)
        #expect(largestMagnitude(subtract(found.vector, direct)) < 1e-8)
        #expect(found.iterations == 20)
        let residual = norm(subtract(right, matrix * found.vector))
        #expect(abs(residual - found.residual) < 1e-13)
    }

    @Test func `it stops at the tolerance and counts its products`() {
        let (matrix, right) = system(seed: 6)
        var products = 0
        let found = conjugateGradient(
            apply: {
                products += 1
                return matrix * $0
            }, rightHandSide: right, iterations: 100, tolerance: 1e-3)
        #expect(products == found.iterations)
        #expect(found.iterations < 15)
        #expect(found.residual <= 1e-3)
        let none = conjugateGradient(
            apply: { matrix * $0 }, rightHandSide: [0, 0], iterations: 5, tolerance: 0)
        #expect(none.vector == [0, 0] && none.iterations == 0)
    }

    @Test func `a singular system is solved with the least norm`() throws {
        // Rank 2 in four dimensions; the right-hand side lies in the range.
        var generator = Generator(seed: 7)
        let root = Matrix.random(4, 2, &generator)
        let matrix = root.timesTransposed(root)
        let right = matrix * randomVector(4, &generator)
        let found = conjugateGradient(
            apply: { matrix * $0 }, rightHandSide: right, iterations: 10, tolerance: 1e-13)
        #expect(found.iterations <= 3)
        let inverse = try SymmetricEigen(matrix).map { $0 > 1e-10 ? 1 / $0 : 0 }
        #expect(largestMagnitude(subtract(found.vector, inverse * right)) < 1e-11)
    }
}
