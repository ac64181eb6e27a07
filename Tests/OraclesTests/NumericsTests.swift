import Foundation
import OptimistCore
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct NumericsTests {
    @Test(arguments: [1, 2, 5, 20, 40])
    func `Gauss-Legendre is exact for polynomials`(count: Int) {
        let rule = Quadrature.gaussLegendre(count)
        for power in 0..<2 * count {
            let exact = power % 2 == 0 ? 2 / Double(power + 1) : 0
            #expect(abs(rule.sum { pow($0, Double(power)) } - exact) < 1e-13)
        }
    }

    @Test(arguments: [1, 3, 10, 20])
    func `Gauss-Hermite gives the moments of the normal law`(count: Int) {
        let rule = Quadrature.gaussHermite(count)
        var moment = 1.0
        for power in stride(from: 0, to: min(2 * count, 20), by: 2) {
            #expect(abs(rule.sum { pow($0, Double(power)) } / moment - 1) < 1e-11)
            moment *= Double(power + 1)
        }
        #expect(abs(rule.sum { $0 }) < 1e-14)
    }

    @Test func `integrals and expectations of smooth functions`() {
        let legendre = Quadrature.gaussLegendre(20)
        #expect(abs(legendre.integral(from: 0, to: 2) { exp($0) } - exp(2) + 1) < 1e-13)
        let density = legendre.integral(from: -8, to: 8, panels: 8) {
            exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()
        }
        #expect(abs(density - 1) < 1e-13)
        let hermite = Quadrature.gaussHermite(30)
        let mean = hermite.expectation(mean: 0.3, standardDeviation: 0.5) { exp($0) }
        #expect(abs(mean - exp(0.3 + 0.125)) < 1e-13)
    }

    @Test func `expectations under a correlated Gaussian`() throws {
        let covariance = Matrix([[0.1, 0.02], [0.02, 0.05]])
        let factor = try Cholesky(covariance).factor
        let rule = Quadrature.gaussHermite(12)
        let mean = [0.2, -0.3]
        let cross = rule.expectation(mean: mean, factor: factor) { $0[0] * $0[1] }
        #expect(abs(cross - (0.2 * -0.3 + 0.02)) < 1e-14)
        let exponential = rule.expectation(mean: mean, factor: factor) { exp($0[0] - $0[1]) }
        #expect(abs(exponential - exp(0.5 + (0.1 + 0.05 - 0.04) / 2)) < 1e-12)
    }

    @Test func `finite differences agree with derivatives`() {
        #expect(abs(centralDifference(at: 1.2) { sin($0) } - cos(1.2)) < 1e-11)
        let gradient = centralGradient(at: [0.5, -2]) { $0[0] * $0[0] * $0[1] + exp($0[0]) }
        #expect(abs(gradient[0] - (-2 + exp(0.5))) < 1e-10 && abs(gradient[1] - 0.25) < 1e-10)
        let jacobian = centralJacobian(at: [1, 2]) { [$0[0] * $0[1], $0[0] + 3 * $0[1]] }
        for (row, expected) in zip(jacobian, [[2.0, 1], [1, 3]]) {
            #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-10 })
        }
    }

    @Test func `the Kolmogorov-Smirnov test knows a law from its neighbor`() {
        var generator = Generator(seed: 4)
        let samples = (0..<5000).map { _ in generator.normal() }
        let shifted = samples.map { $0 + 0.1 }
        let law = standardNormalDistributionFunction
        #expect(KolmogorovSmirnov(samples, against: law).pValue > 0.01)
        #expect(KolmogorovSmirnov(shifted, against: law).pValue < 1e-6)
        let others = (0..<3000).map { _ in generator.normal() }
        #expect(KolmogorovSmirnov(samples, against: others).pValue > 0.01)
        #expect(KolmogorovSmirnov(shifted, against: others).pValue < 1e-3)
        #expect(KolmogorovSmirnov([0.3], against: { $0 }).distance == 0.7)
    }

    @Test func `p-values of uniform samples are uniform`() {
        var generator = Generator(seed: 5)
        let values = (0..<400).map { _ in
            KolmogorovSmirnov((0..<200).map { _ in generator.uniform() }, against: { $0 }).pValue
        }
        // The standard error of the mean of 400 uniform numbers is 0.0144.
        #expect(Estimate(of: values).deviations(from: 0.5) < 4)
        #expect(KolmogorovSmirnov(values, against: { $0 }).pValue > 0.001)
    }

    @Test func `deviations count standard errors`() {
        let estimate = Estimate(mean: 1.5, standardError: 0.25, count: 10)
        #expect(estimate.deviations(from: 1) == 2 && estimate.deviations(from: 1.5) == 0)
        #expect(Estimate.exact(1).deviations(from: 1) == 0)
        #expect(Estimate.exact(1).deviations(from: 2) == .infinity)
    }
}
