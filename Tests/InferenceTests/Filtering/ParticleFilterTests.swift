import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct ParticleFilterTests {
    /// Spreads of the log evidence over runs, beside figures from 700 to 6000 runs in NumPy. The
    /// standard error of a spread from 100 runs is 7 %; the gate is 30 %.
    @Test(arguments: [
        (count: 100, runs: 100, mean: -640.88, spread: 1.03),
        (count: 1000, runs: 100, mean: -640.428, spread: 0.30),
        (count: 5000, runs: 100, mean: -640.387, spread: 0.136),
    ])
    func `the Nile's log evidence has the known mean and spread`(
        count: Int, runs: Int, mean: Double, spread: Double
    ) throws {
        var logs: [Double] = []
        var resamplings = 0
        for run in 0..<runs {
            var filter = ParticleFilter(
                NileModel(), count: count,
                generator: Generator(seed: 20).split(count).split(run))
            let result = try filter.run(nile)
            logs.append(result.logEvidence)
            resamplings += result.predictions.count { $0.ancestors != nil }
        }
        let estimate = Estimate(of: logs)
        let root = Double(runs).squareRoot()
        let found = estimate.standardError! * root
        #expect(abs(found / spread - 1) < 0.3, "spread \(found)")
        #expect(abs(estimate.mean - mean) < 4 * spread / root, "mean \(estimate.mean)")
        #expect(abs(Double(resamplings) / Double(runs) - 24) < 2, "\(resamplings) resamplings")
        // The evidence itself is unbiased: Z-hat / Z has mean 1.
        let ratio = Estimate(of: logs.map { exp($0 - NileModel.exactLogEvidence) })
        #expect(ratio.deviations(from: 1) < 4, "\(ratio)")
    }

    @Test func `the exact log evidence of the Nile`() throws {
        var kalman = ExtendedKalmanFilter(NileModel().gaussian)
        let result = try kalman.run(nile.map { [$0] })
        #expect(abs(result.logEvidence - NileModel.exactLogEvidence) < 1e-7)
    }

    /// A chain of three states seen through noise, as a particle model.
    private struct Chain: ParticleModel {
        static let start = [0.5, 0.3, 0.2]
        static let moves = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.3, 0.5]]
        static let emissions = [[0.8, 0.2], [0.5, 0.5], [0.1, 0.9]]
        var shift = 0.0

        func sampleInitial(_ generator: inout Generator) -> Int {
            generator.categorical(Chain.start)
        }

        func sampleTransition(
            _ state: Int, at context: StepContext<Never>, _ generator: inout Generator
        ) -> Int { generator.categorical(Chain.moves[state]) }

        func logEmission(
            _ observation: Int, state: Int, at context: StepContext<Never>
        ) -> Double { log(Chain.emissions[state][observation]) + shift }

        /// Evidence and last filtered law by enumeration of the forward recursion.
        static func exact(_ observations: [Int?]) -> (evidence: Double, filtered: [Double]) {
            var (law, evidence) = (start, 1.0)
            for (step, observation) in observations.enumerated() {
                if step > 0 {
                    law = (0..<3).map { next in
                        (0..<3).reduce(0) { $0 + law[$1] * moves[$1][next] }
                    }
                }
                guard let observation else { continue }
                law = (0..<3).map { law[$0] * emissions[$0][observation] }
                let total = law.reduce(0, +)
                evidence *= total
                law = law.map { $0 / total }
            }
            return (evidence, law)
        }
    }

    private let signs: [Int?] = [1, 0, nil, 1, 1, 0, 1, 1]

    @Test(arguments: Resampling.allCases)
    func `the evidence of a discrete chain is unbiased`(scheme: Resampling) throws {
        let exact = Chain.exact(signs).evidence
        var ratios: [Double] = []
        for run in 0..<200 {
            var filter = ParticleFilter(
                Chain(), count: 50, resampling: scheme, threshold: 2,
                generator: Generator(seed: 30).split(run))
            ratios.append(exp(try filter.run(signs).logEvidence) / exact)
        }
        #expect(Estimate(of: ratios).deviations(from: 1) < 3, "\(Estimate(of: ratios))")
    }

    @Test func `the histogram belief converges at the root of the number of particles`() throws {
        let exact = Chain.exact(signs).filtered
        func error(_ count: Int) throws -> Double {
            var squares = 0.0
            for run in 0..<40 {
                var filter = ParticleFilter(
                    Chain(), count: count, generator: Generator(seed: 31).split(count).split(run))
                let belief = try filter.run(signs).beliefs[signs.count - 1]
                for state in 0..<3 {
                    let found = belief.expectation { $0 == state ? 1 : 0 }
                    squares += (found - exact[state]) * (found - exact[state]) / 120
                }
            }
            return squares.squareRoot()
        }
        // Each root mean square of 120 errors is known to about 10 %: a ratio of 4 to within 1.2.
        let (few, many) = (try error(100), try error(1600))
        #expect(abs(few / many - 4) < 1.2, "\(few) \(many)")
    }

    @Test func `adding a constant to log likelihoods shifts the evidence only`() throws {
        var plain = ParticleFilter(Chain(), count: 100, generator: Generator(seed: 1))
        var shifted = ParticleFilter(Chain(shift: -700), count: 100, generator: Generator(seed: 1))
        let (first, second) = (try plain.run(signs), try shifted.run(signs))
        #expect(first.beliefs.map(\.particles) == second.beliefs.map(\.particles))
        #expect(abs(second.logEvidence - first.logEvidence + 7 * 700) < 1e-9)
        for (a, b) in zip(first.beliefs, second.beliefs) {
            #expect(zip(a.logWeights, b.logWeights).allSatisfy { abs($0 - $1) < 1e-10 })
        }
    }

    /// The locally optimal proposal of the Nile's model, N(s, F) times N(x; s, D).
    private func guided(_ count: Int, seed: Int) -> ParticleFilter<NileModel> {
        let model = NileModel()
        var filter = ParticleFilter(
            model, count: count, generator: Generator(seed: 40).split(seed))
        filter.proposal = { parent, observation, context, generator in
            let (mean, prior) = parent.map { ($0, model.levelVariance) } ?? (1000, 1e6)
            let variance = 1 / (1 / prior + 1 / model.emissionVariance)
            let center = variance * (mean / prior + observation / model.emissionVariance)
            let state = center + variance.squareRoot() * generator.normal()
            let ratio =
                logNormal(state - mean, variance: prior)
                - logNormal(state - center, variance: variance)
            return (state, ratio)
        }
        return filter
    }

    @Test func `a guided proposal keeps the evidence and narrows its spread`() throws {
        var (plainLogs, guidedLogs) = ([Double](), [Double]())
        for run in 0..<100 {
            var filter = guided(100, seed: run)
            guidedLogs.append(try filter.run(nile).logEvidence)
            var plain = ParticleFilter(
                NileModel(), count: 100, generator: Generator(seed: 41).split(run))
            plainLogs.append(try plain.run(nile).logEvidence)
        }
        let ratio = Estimate(of: guidedLogs.map { exp($0 - NileModel.exactLogEvidence) })
        #expect(ratio.deviations(from: 1) < 4, "\(ratio)")
        let (wide, narrow) = (Estimate(of: plainLogs), Estimate(of: guidedLogs))
        #expect(narrow.standardError! < 0.8 * wide.standardError!)
    }

    @Test func `a guided proposal after a missing observation starts from the latest parents`()
        throws
    {
        let gapped = nile.enumerated().map { $0.offset % 7 == 3 ? nil : $0.element }
        var kalman = ExtendedKalmanFilter(NileModel().gaussian)
        let exact = try kalman.run(gapped.map { $0.map { [$0] } }).logEvidence
        let ratios = try (0..<50).map { run in
            var filter = guided(300, seed: 1000 + run)
            return exp(try filter.run(gapped).logEvidence - exact)
        }
        #expect(Estimate(of: ratios).deviations(from: 1) < 4, "\(Estimate(of: ratios))")
    }
}
