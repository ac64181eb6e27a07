import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct LBFGSTests {
    @Test(arguments: [2, 10, 50])
    func `the valley of Rosenbrock is followed to its end`(size: Int) {
        let start = (0..<size).map { $0 % 2 == 0 ? -1.2 : 1.0 }
        let result = LBFGSMinimizer().minimize(from: start) { x, gradient in
            var value = 0.0
            for i in gradient.indices { gradient[i] = 0 }
            for i in 0..<size - 1 {
                let (steep, flat) = (x[i + 1] - x[i] * x[i], 1 - x[i])
                value += 100 * steep * steep + flat * flat
                gradient[i] += -400 * x[i] * steep - 2 * flat
                gradient[i + 1] += 200 * steep
            }
            return value
        }
        #expect(result.outcome == .converged)
        #expect(largestMagnitude(result.gradient) <= 1e-8)
        if size == 2 {
            #expect(largestMagnitude(subtract(result.point, [1, 1])) < 1e-7)
            #expect(result.iterations < 60 && result.evaluations < 90)
        } else {
            // From size 4 on there is a second minimum near −1 in the first coordinate.
            #expect(result.value < 4)
        }
    }

    @Test func `a quadratic is solved to the precision of its gradient`() throws {
        var generator = Generator(seed: 6)
        let matrix = Matrix.randomPositive(30, &generator)
        let right = randomVector(30, &generator)
        let minimizer = LBFGSMinimizer(gradientTolerance: 1e-9)
        let result = minimizer.minimize(from: Array(repeating: 0, count: 30)) { x, gradient in
            Matrix.multiply(matrix, x, into: &gradient)
            let value = dot(x, gradient) / 2 - dot(right, x)
            add(right, times: -1, to: &gradient)
            return value
        }
        #expect(result.outcome == .converged)
        let exact = try Cholesky(matrix).solution(right)
        #expect(largestMagnitude(subtract(result.point, exact)) < 1e-7)
    }

    @Test func `a function that is not finite everywhere is stepped back from`() {
        // −log x + x from 1e-3 along a long first step; not finite for x ≤ 0.
        let result = LBFGSMinimizer().minimize(from: [30]) { x, gradient in
            gradient[0] = 1 - 1 / x[0]
            return x[0] - log(x[0])
        }
        #expect(result.outcome == .converged && abs(result.point[0] - 1) < 1e-7)
        let steep = LBFGSMinimizer().minimize(from: [1e-3]) { x, gradient in
            gradient[0] = 1 - 1 / x[0]
            return x[0] - log(x[0])
        }
        #expect(steep.outcome == .converged && abs(steep.point[0] - 1) < 1e-7)
    }

    @Test func `the outcome says why it stopped`() {
        let unbounded = LBFGSMinimizer(iterationLimit: 5).minimize(from: [0, 0]) { x, gradient in
            (gradient[0], gradient[1]) = (2 * x[0] - 1, exp(x[1]))
            return x[0] * x[0] - x[0] + exp(x[1])
        }
        #expect(unbounded.outcome == .iterationLimit && unbounded.iterations == 5)
        let wrongGradient = LBFGSMinimizer().minimize(from: [1]) { x, gradient in
            gradient[0] = -2 * x[0]
            return x[0] * x[0]
        }
        #expect(wrongGradient.outcome == .lineSearchFailed)
        #expect(wrongGradient.point == [1] && wrongGradient.iterations == 0)
        let broken = LBFGSMinimizer().minimize(from: [1]) { _, _ in .nan }
        #expect(broken.outcome == .notFinite && broken.evaluations == 1)
        let atMinimum = LBFGSMinimizer().minimize(from: [0]) { x, gradient in
            gradient[0] = 2 * x[0]
            return x[0] * x[0]
        }
        #expect(atMinimum.outcome == .converged && atMinimum.iterations == 0)
    }

    @Test func `a loose tolerance of the value stops early`() {
        func minimum(_ minimizer: LBFGSMinimizer) -> LBFGSMinimizer.Result {
            minimizer.minimize(from: [2, 1]) { x, gradient in
                (gradient[0], gradient[1]) = (4 * pow(x[0], 3), 2 * x[1])
                return pow(x[0], 4) + x[1] * x[1]
            }
        }
        let (loose, tight) = (
            minimum(LBFGSMinimizer(valueTolerance: 1e-3)), minimum(LBFGSMinimizer())
        )
        #expect(loose.outcome == .converged && tight.outcome == .converged)
        #expect(loose.iterations < tight.iterations && loose.value < 1e-3)
    }

    @Test func `errors of the function pass through`() {
        #expect(throws: LinearAlgebraError.notFinite) {
            try LBFGSMinimizer().minimize(from: [1]) { _, _ in throw LinearAlgebraError.notFinite }
        }
    }
}
