import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct DualTests {
    /// A function that uses everything that dual numbers know.
    private func everything<Number: ElementaryNumber>(_ x: Number, _ y: Number) -> [Number] {
        [
            .sine(x) * .cosine(y) + 2 * x,
            .exponential(x * y) / (1 + x * x),
            .logarithm(x) - .root(y) + 0.5,
            .hyperbolicTangent(x - y) * -x,
            .angle(y: y, x: x) + .power(x, 2.5) - .power(y, -1),
        ]
    }

    @Test(arguments: [[0.7, 1.3], [2.1, 0.4], [0.05, 3]])
    func `the Jacobian equals finite differences`(point: [Double]) {
        let exact = jacobian(at: point) { everything($0[0], $0[1]) }
        let numeric = Matrix(centralJacobian(at: point, step: 1e-3) { everything($0[0], $0[1]) })
        #expect((exact - numeric).largestMagnitude < 1e-6 * max(1, exact.largestMagnitude))
        #expect(exact.rows == 5 && exact.columns == 2)
    }

    @Test func `known derivatives are exact`() {
        let x = Dual(0.3, derivative: 1)
        func expect(_ found: Dual<Double>, _ derivative: Double) {
            #expect(abs(found.derivative - derivative) <= 4e-16 * max(1, abs(derivative)))
        }
        let root = 0.3.squareRoot()
        let slopeOfTangent = 1 - tanh(0.3) * tanh(0.3)
        expect(sin(x), cos(0.3))
        expect(cos(x), -sin(0.3))
        expect(exp(x), exp(0.3))
        expect(log(x), 1 / 0.3)
        expect(sqrt(x), 0.5 / root)
        expect(tanh(x), slopeOfTangent)
        expect(pow(x, 3), 0.27)
        expect(atan2(x, 1), 1 / 1.09)
        expect(3 * x * x - x + 1, 0.8)
        expect(2 / x, -2 / 0.09)
        expect(max(x, 0), 1)
        expect(max(x, 1), 0)
    }

    @Test func `dual numbers over dual numbers give second derivatives`() {
        // f = x² y + sin(x y): f_xy = 2 x + cos(x y) − x y sin(x y).
        let (a, b) = (0.8, 1.7)
        let x = Dual(Dual(a, derivative: 1), derivative: 0)
        let y = Dual(Dual(b, derivative: 0), derivative: 1)
        let value = x * x * y + sin(x * y)
        let expected = 2 * a + cos(a * b) - a * b * sin(a * b)
        #expect(abs(value.derivative.derivative - expected) < 1e-14)
    }
}
