import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Every first law in every form of the filter, and flat laws with several observations a step.
@Suite struct InitialLawTests {
    private func model(
        _ initial: InitialState, _ random: inout RandomModels, emissions: Int = 2
    ) throws -> LinearGaussianModel {
        try LinearGaussianModel(
            initial: initial,
            transition: [[0.9, 0.3, 0], [-0.2, 0.8, 0.1], [0, 0.1, 0.7]].matrix,
            transitionNoise: random.positive(3), emission: random.matrix(emissions, 3),
            emissionNoise: random.positive(emissions), transitionOffset: random.vector(3),
            emissionOffset: random.vector(emissions))
    }

    @Test(arguments: [FilterForm.information, .squareRoot, .parallelScan])
    func `forms agree under every first law`(form: FilterForm) throws {
        var random = RandomModels(seed: 81)
        let law = random.law(3)
        for initial in [
            InitialState.predictive(law), .atTimeZero(law), .stationary,
            .approximateDiffuse(variance: 100, burn: 2),
        ] {
            let model = try model(initial, &random)
            let run = random.sequence(steps: 20, emissions: 2, inputs: 0)
            let (plain, other) = (try model.filter(run), try model.filter(run, form: form))
            #expect(abs(plain.logLikelihood - other.logLikelihood) < 1e-8)
            for t in 0..<20 {
                #expect(distance(plain.filtered[t], other.filtered[t]) < 1e-8)
            }
        }
        let flat = try model(.exactDiffuse, &random)
        let run = random.sequence(steps: 20, emissions: 2, inputs: 0)
        #expect(throws: LinearGaussianError.self) { try flat.filter(run, form: form) }
    }

    /// log ∫ p(x | s₁) ds₁ by the precision of all states together.
    @Test func `a flat law integrates the first state out`() throws {
        var random = RandomModels(seed: 82)
        let model = try model(.exactDiffuse, &random)
        let run = random.sequence(steps: 6, emissions: 2, inputs: 0)
        let steps = 6
        var information = Matrix(rows: 18, columns: 18)
        var (slope, constant) = (Array(repeating: 0.0, count: 18), 0.0)
        /// Adds log N(map · s; target, noise).
        func addTerm(_ map: Matrix, _ target: [Double], _ noise: Matrix) throws {
            let factor = try Cholesky(noise)
            information += Matrix.transposed(map, times: factor.solution(map))
            add(Matrix.transposed(map, times: factor.solution(target)), times: 1, to: &slope)
            constant -=
                0.5
                * (Double(target.count) * log(2 * .pi) + factor.logDeterminant
                    + factor.inverseQuadratic(target))
        }
        for t in 0..<steps {
            if t > 0 {
                var map = Matrix(rows: 3, columns: 18)
                map.setBlock(row: 0, column: 3 * t, .identity(3))
                map.setBlock(row: 0, column: 3 * t - 3, -model.transition[0])
                try addTerm(map, model.transitionOffset![0], model.transitionNoise[0])
            }
            for i in 0..<2 where !run.observations[t, i].isNaN {
                // One component at a time where the other is missing.
                let seen = (0..<2).filter { !run.observations[t, $0].isNaN }
                if i != seen[0] { continue }
                var map = Matrix(rows: seen.count, columns: 18)
                for (row, k) in seen.enumerated() {
                    for j in 0..<3 { map[row, 3 * t + j] = model.emission[0][k, j] }
                }
                let noise = Matrix(rows: seen.count, columns: seen.count) {
                    model.emissionNoise[0][seen[$0], seen[$1]]
                }
                let target = seen.map {
                    run.observations[t, $0] - model.emissionOffset![0][$0]
                }
                try addTerm(map, target, noise)
            }
        }
        let factor = try Cholesky(information)
        let expected =
            constant + 0.5 * factor.inverseQuadratic(slope)
            + 0.5 * (18 * log(2 * .pi) - factor.logDeterminant)
        let found = try model.smooth(run)
        #expect(abs(found.filter.logLikelihood - expected) < 1e-9)
        let (mean, covariance) = (factor.solution(slope), factor.inverse)
        for t in 0..<steps {
            let law = GaussianMoments(
                mean: Array(mean[3 * t..<3 * t + 3]),
                covariance: covariance.block(
                    rows: 3 * t..<3 * t + 3, columns: 3 * t..<3 * t + 3))
            #expect(distance(found.smoothed[t], law) < 1e-8)
            if t == steps - 1 { break }
            let cross = covariance.block(
                rows: 3 * t..<3 * t + 3, columns: 3 * t + 3..<3 * t + 6)
            #expect((found.lagOneCovariances[t] - cross).largestMagnitude < 1e-8)
        }
    }

    @Test func `steady covariances with inputs and gaps change nothing`() throws {
        var random = RandomModels(seed: 83)
        let model = try random.fixed(states: 3, emissions: 2, inputs: 2)
        let inputs = random.matrix(1000, 2)
        var run = try model.sample(
            steps: 1000, inputs: inputs, using: &random.generator
        ).sequence
        for t in [300, 301, 302, 640, 999] { run.observations[t, t % 2] = .nan }
        (run.observations[700, 0], run.observations[700, 1]) = (.nan, .nan)
        var varying = model
        let (transition, emission) = (model.transition[0], model.emission[0])
        varying.transition = .function { _ in transition }
        varying.emission = .function { _ in emission }
        let (held, plain) = (try model.smooth(run), try varying.smooth(run))
        #expect(abs(held.filter.logLikelihood - plain.filter.logLikelihood) < 1e-9)
        for t in 0..<1000 {
            #expect(distance(held.filter.filtered[t], plain.filter.filtered[t]) < 1e-12)
            #expect(distance(held.smoothed[t], plain.smoothed[t]) < 1e-12)
        }
    }
}
