import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

@Suite struct MultivariateGaussianTests {
    private let covariances = [
        Matrix([[1, 0.6, 0.1], [0.6, 1, 0], [0.1, 0, 0.5]]),
        Matrix([[0.5, -0.2, 0], [-0.2, 0.3, 0.1], [0, 0.1, 0.4]]),
    ]

    /// Two states, three columns, some numbers and some rows missing.
    private func sample(
        _ seed: UInt64, steps: Int
    ) throws -> (HiddenMarkovModel<MultivariateGaussianEmission>, [[Double]?]) {
        let model = try HiddenMarkovModel(
            states: DiscreteStateSpace(
                initial: [0.6, 0.4], transitions: Matrix([[0.9, 0.1], [0.2, 0.8]])),
            emission: MultivariateGaussianEmission(
                means: Matrix([[0, 0, 1], [2, -1, 0]]), covariances: covariances,
                varianceFloor: 1e-3))
        var generator = Generator(seed: seed)
        var rows: [[Double]?] = try model.sample(steps: steps, using: &generator).observations
        for step in stride(from: 5, to: steps, by: 17) { rows[step] = nil }
        for step in stride(from: 3, to: steps, by: 11) { rows[step]?[1] = .nan }
        for step in stride(from: 4, to: steps, by: 13) {
            rows[step]?[0] = .nan
            rows[step]?[2] = .nan
        }
        return (model, rows)
    }

    @Test func `the density is that of the joint law, and of its marginals at gaps`() throws {
        let emission = try sample(1, steps: 1).0.emission
        let row = [0.3, -0.4, 0.7]
        for kept in [[0, 1, 2], [0, 2], [1]] {
            let gapped = row.indices.map { kept.contains($0) ? row[$0] : .nan }
            let logs = try emission.likelihoods(of: [gapped]).logLikelihoods
            for state in 0..<2 {
                let part = Matrix(rows: kept.count, columns: kept.count) {
                    covariances[state][kept[$0], kept[$1]]
                }
                let lu = try LU(part)
                let deviation = kept.map { row[$0] - emission.means[state, $0] }
                let square = zip(deviation, try lu.solution(deviation)).reduce(0) {
                    $0 + $1.0 * $1.1
                }
                let determinant = lu.determinant
                let exact =
                    -0.5 * (square + log(determinant) + Double(kept.count) * log(2 * .pi))
                #expect(abs(logs[state] - exact) < 1e-12)
            }
        }
        #expect(try emission.likelihoods(of: [nil]).logLikelihoods == [0, 0])
    }

    @Test func `Fisher's identity equals finite differences, gaps included`() throws {
        let (model, rows) = try sample(2, steps: 40)
        let point = model.freeParameters()
        #expect(point.count == 1 + 2 + 2 * (3 + 6))
        let gradient = try model.gradient(of: [HiddenMarkovSequence(rows)])
        for i in point.indices {
            var (up, down) = (point, point)
            up[i] += 1e-5
            down[i] -= 1e-5
            let slope =
                (try model.replacing(freeParameters: up).filter(rows).logEvidence
                    - model.replacing(freeParameters: down).filter(rows).logEvidence) / 2e-5
            #expect(abs(slope - gradient[i]) < 1e-6 * max(1, abs(slope)))
        }
    }

    @Test func `EM climbs with gaps, and ends where the gradient is zero`() throws {
        let (truth, rows) = try sample(3, steps: 500)
        var generator = Generator(seed: 1)
        var fitting = HiddenMarkovFitting()
        (fitting.iterationLimit, fitting.tolerance, fitting.starts) = (2000, 1e-13, 1)
        fitting.frozen = [.initial]
        let run = [HiddenMarkovSequence(rows)]
        let fit = try truth.fitted(to: run, fitting, using: &generator)
        #expect(fit.hasConverged && fit.largestDecrease < 1e-12)
        #expect(fit.logLikelihood > (try truth.filter(rows).logEvidence))
        #expect(try fit.model.gradient(of: run, fitting).allSatisfy { abs($0) < 1e-2 })
        for state in 0..<2 {
            let difference = fit.model.emission.covariances[state] - covariances[state]
            // About four standard errors of a covariance near 1 from 150 rows.
            #expect(difference.largestMagnitude < 0.45)
        }
    }

    @Test func `without covariances it is the law of independent columns`() throws {
        let variances = Matrix([[0.5, 1], [1, 0.25]])
        let means = Matrix([[-1, 2], [1.5, 0]])
        let full = try MultivariateGaussianEmission(
            means: means, covariances: (0..<2).map { .diagonal(variances.row($0)) })
        let plain = try GaussianEmission(means: means, variances: variances)
        let rows: [[Double]?] = [[0.1, 0.2], nil, [.nan, 1], [2, -1]]
        let (a, b) = (try full.likelihoods(of: rows), try plain.likelihoods(of: rows))
        #expect(largestDifference(a.logLikelihoods, b.logLikelihoods) < 1e-13)
    }

    @Test func `a state cannot shrink onto a line`() throws {
        var generator = Generator(seed: 4)
        let rows: [[Double]?] = (0..<60).map { _ in
            let x = generator.normal()
            return [x, 2 * x]
        }
        let start = try MultivariateGaussianEmission.start(states: 1, for: [rows])
        let model = try HiddenMarkovModel(
            states: DiscreteStateSpace(initial: [1], transitions: .identity(1)), emission: start)
        let fit = try model.fitted(to: [HiddenMarkovSequence(rows)], using: &generator)
        let values = try SymmetricEigen(fit.model.emission.covariances[0]).values
        #expect(abs(values[0] / start.varianceFloor - 1) < 1e-6 && values[1] > 1)
        let estimates = try fit.model.estimates(from: [HiddenMarkovSequence(rows)])
        let covariance = try #require(estimates.first { $0.name == "covariance[0,1,0]" })
        #expect(covariance.standardError == nil)
        // That of a mean is √(v/n), whatever the covariance.
        let mean = try #require(estimates.first { $0.name == "mean[0,1]" })
        let error = (fit.model.emission.covariances[0][1, 1] / 60).squareRoot()
        #expect(abs(try #require(mean.standardError) / error - 1) < 1e-5)
    }

    @Test func `standard errors of one state are those of textbooks`() throws {
        let (_, rows) = try sample(6, steps: 400)
        let whole = rows.compactMap { $0 }.filter { !$0.contains { $0.isNaN } }.map { Optional($0) }
        let model = try HiddenMarkovModel(
            states: DiscreteStateSpace(initial: [1], transitions: .identity(1)),
            emission: MultivariateGaussianEmission.start(states: 1, for: [whole]))
        var generator = Generator(seed: 1)
        var fitting = HiddenMarkovFitting()
        fitting.tolerance = 1e-12
        let run = [HiddenMarkovSequence(whole)]
        let fit = try model.fitted(to: run, fitting, using: &generator)
        let estimates = try fit.model.estimates(from: run)
        let count = Double(whole.count)
        let law = fit.model.emission.covariances[0]
        for (row, column) in [(0, 0), (1, 0), (2, 1), (2, 2)] {
            // Var of a sample covariance: (σ_rr σ_cc + σ_rc²)/n.
            let product = law[row, row] * law[column, column]
            let error = ((product + law[row, column] * law[row, column]) / count).squareRoot()
            let found = try #require(
                estimates.first { $0.name == "covariance[0,\(row),\(column)]" })
            #expect(abs(try #require(found.standardError) / error - 1) < 1e-4)
        }
    }

    @Test func `covariances that are none are refused`() {
        let means = Matrix([[0, 0]])
        for matrix in [
            Matrix([[1, 2], [2, 1]]), Matrix([[1, 0.5], [0.4, 1]]),
            Matrix([[1, .nan], [.nan, 1]]),
        ] {
            #expect(throws: HiddenMarkovError.self) {
                try MultivariateGaussianEmission(means: means, covariances: [matrix])
            }
        }
        #expect(throws: HiddenMarkovError.wrongSize(table: "covariances", count: 0, expected: 1)) {
            try MultivariateGaussianEmission(means: means, covariances: [])
        }
    }
}
