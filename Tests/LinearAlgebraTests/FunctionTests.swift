import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct FunctionTests {
    @Test func `the exponential of a rotation's generator is the rotation`() throws {
        for angle in [1e-9, 0.3, 2, 40.0] {
            let result = try Matrix([[0, -angle], [angle, 0]]).exponential()
            let rotation = Matrix([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
            #expect(result.distance(to: rotation) < 1e-13)
        }
    }

    @Test func `exponentials of diagonal, nilpotent and symmetric matrices`() throws {
        let diagonal = try Matrix.diagonal([-30, 0, 1.5]).exponential()
        for (index, value) in [-30.0, 0, 1.5].enumerated() {
            #expect(abs(diagonal[index, index] / exp(value) - 1) < 1e-12)
        }
        let nilpotent = try Matrix([[0, 1, 2], [0, 0, 3], [0, 0, 0]]).exponential()
        #expect(nilpotent.distance(to: Matrix([[1, 1, 3.5], [0, 1, 3], [0, 0, 1]])) < 1e-14)
        var generator = Generator(seed: 2)
        let symmetric = Matrix.random(8, 8, &generator).symmetrized
        let byEigenvalues = try SymmetricEigen(symmetric).map { exp($0) }
        let scale = byEigenvalues.largestMagnitude
        #expect(try symmetric.exponential().distance(to: byEigenvalues) < 1e-13 * scale)
    }

    @Test func `the exponential of minus a matrix is the inverse`() throws {
        var generator = Generator(seed: 3)
        let matrix = Matrix.random(6, 6, &generator)
        let product = try matrix.exponential() * (-matrix).exponential()
        #expect(product.distance(to: .identity(6)) < 1e-11)
        #expect(throws: LinearAlgebraError.notFinite) { try Matrix([[1e6]]).exponential() }
        #expect(throws: LinearAlgebraError.notFinite) { try Matrix([[.nan]]).exponential() }
    }

    @Test func `log-sum-exp does not overflow and knows its edges`() {
        #expect(abs(logSumExp([log(1), log(2), log(3)]) - log(6)) < 1e-15)
        #expect(abs(logSumExp([1000, 1000]) - 1000 - log(2)) < 1e-12)
        #expect(abs(logSumExp([-1000, -1001]) + 1000 - log1p(exp(-1))) < 1e-12)
        #expect(logSumExp([]) == -.infinity)
        #expect(logSumExp([-.infinity, -.infinity]) == -.infinity)
        #expect(logSumExp([-.infinity, 2]) == 2 && logSumExp([.infinity, 2]) == .infinity)
        #expect(logSumExp([.nan, 2]).isNaN && logSumExp([.infinity, .nan]).isNaN)
        #expect(abs(logMeanExp([0.5, 0.5, 0.5]) - 0.5) < 1e-15)
    }

    @Test func `log-add-exp agrees with log-sum-exp`() {
        let values = [-Double.infinity, -1000, -1, 0, 0.5, 1000]
        for first in values {
            for second in values {
                let (pair, list) = (logAddExp(first, second), logSumExp([first, second]))
                #expect(pair == list || abs(pair - list) < 1e-12)
            }
        }
        #expect(logAddExp(.infinity, 1) == .infinity && logAddExp(.nan, 1).isNaN)
        #expect(logAddExp(1, .nan).isNaN)
    }

    @Test func `log weights become probabilities`() {
        var weights = [log(1.0), log(3.0), -.infinity]
        #expect(abs(normalizeLogWeights(&weights) - log(4)) < 1e-15)
        #expect(abs(weights[0] - 0.25) < 1e-15 && abs(weights[1] - 0.75) < 1e-15)
        #expect(weights[2] == 0)
        var none = [-Double.infinity]
        #expect(normalizeLogWeights(&none) == -.infinity && none[0].isNaN)
    }
}
