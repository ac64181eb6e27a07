import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Decimals of the series of the Nile and of a three-step scalar model.
@Suite struct KalmanReferenceTests {
    private let sequence = LinearGaussianSequence(nile)

    @Test func `filtered law of 1970 and the steady gain`() throws {
        let result = try nileModel(.approximateDiffuse(variance: 1e7, burn: 1)).filter(sequence)
        #expect(nile.reduce(0, +) == 91935)
        #expect(abs(result.filtered.mean(at: 99)[0] - 798.3702926) < 1e-6)
        #expect(abs(result.filtered.variances(at: 99)[0] - 4032.1579418) < 1e-6)
        let predicted = result.predicted.variances(at: 99)[0]
        #expect(abs(predicted - 5501.2579418) < 1e-6)
        #expect(abs(predicted / (predicted + 15099) - 0.2670480126) < 1e-10)
    }

    @Test func `log likelihoods under every initial law`() throws {
        func value(_ initial: InitialState) throws -> Double {
            try nileModel(initial).filter(sequence).logLikelihood
        }
        let small = try value(.approximateDiffuse(variance: 1e6, burn: 1))
        let dropped = try value(.approximateDiffuse(variance: 1e7, burn: 1))
        let kept = try value(.predictive(scalarLaw(0, 1e7)))
        #expect(abs(small + 632.5376950) < 1e-7)
        #expect(abs(dropped + 632.5442123) < 1e-7)
        #expect(abs(kept + 641.5855785) < 1e-7)
        #expect(abs(try value(.exactDiffuse) + 632.5456251) < 1e-7)
        #expect(abs(try value(.predictive(scalarLaw(1000, 1e6))) + 640.3805408) < 1e-7)
    }

    @Test func `three steps of a scalar model`() throws {
        let model = try LinearGaussianModel(
            initial: .predictive(scalarLaw(0, 1)), transition: [[0.9]].matrix,
            transitionNoise: [[0.2]].matrix, emission: [[1]].matrix, emissionNoise: [[0.5]].matrix)
        let result = try model.smooth(LinearGaussianSequence([0.5, -0.2, 1]))
        #expect(abs(result.filter.logLikelihood + 3.6031625962) < 1e-10)
        let means = [0.325914, 0.28837637, 0.4710991]
        let variances = [0.21893752, 0.18922183, 0.22105596]
        for t in 0..<3 {
            #expect(abs(result.smoothed.mean(at: t)[0] - means[t]) < 1e-7)
            #expect(abs(result.smoothed.variances(at: t)[0] - variances[t]) < 1e-8)
        }
        // The gap of the best mean field, from the precision of all three states.
        let precision = Matrix([
            [1 + 2 + 4.05, -4.5, 0], [-4.5, 5 + 2 + 4.05, -4.5], [0, -4.5, 5 + 2],
        ])
        let diagonal = precision.diagonal.reduce(0) { $0 + log($1) }
        let gap = 0.5 * (diagonal - (try Cholesky(precision)).logDeterminant)
        #expect(abs(gap - 0.3687975961) < 1e-10)
        let joint = try Cholesky(precision).inverse
        for t in 0..<2 {
            #expect(abs(result.lagOneCovariances[t][0, 0] - joint[t, t + 1]) < 1e-12)
        }
    }

    @Test(arguments: [1e-3, 2e-4])
    func `one update at the edge of 32-bit floats`(e: Double) throws {
        let model = try LinearGaussianModel(
            initial: .predictive(
                GaussianMoments(mean: [0, 0, 0], covariance: .identity(3))),
            transition: .identity(3), transitionNoise: .identity(3),
            emission: Matrix([[1, 1, 1], [1, 1, 1 + e]]), emissionNoise: e * e * .identity(2))
        let sequence = LinearGaussianSequence(observations: Matrix([[0.3, 0.3]]))
        let exact =
            e == 1e-3
            ? [0.62509382, 0.62509382, 0.49987503] : [0.62501875, 0.62501875, 0.49997500]
        func error(_ form: FilterForm) throws -> Double {
            let found = try model.filter(sequence, form: form).filtered.variances(at: 0)
            return largestMagnitude(subtract(found, exact))
        }
        #expect(try error(.joseph) < 1e-8 && error(.squareRoot) < 1e-8)
        #expect(try error(.squareRootSinglePrecision) < 1e-4)
        do {
            let result = try model.filter(sequence, form: .josephSinglePrecision)
            if e == 1e-3 {
                #expect(try error(.josephSinglePrecision) < 1e-3)
            }
            let eigen = try SymmetricEigen(result.filtered.covariance(at: 0))
            #expect(eigen.values[0] > -1e-6)
        } catch let error as LinearGaussianError {
            #expect("\(error)".contains("square-root form"))
        }
    }
}
