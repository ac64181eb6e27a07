import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistOracles
import Testing

@Suite struct LinearGaussianChainTests {
    /// Three steps of a scalar model with known numbers.
    private let scalar = LinearGaussianChain(
        initial: GaussianMoments(mean: 0, variance: 1),
        transition: .init(matrix: [[0.9]], noise: [[0.2]]), emission: [[1]], noise: [[0.5]],
        observations: [[0.5], [-0.2], [1]])

    @Test func `LG3 has the known numbers`() throws {
        let posterior = try scalar.posterior()
        #expect(abs(posterior.logEvidence + 3.6031625962) < 1e-10)
        let means = [0.325914, 0.28837637, 0.4710991]
        let variances = [0.21893752, 0.18922183, 0.22105596]
        for (marginal, (mean, variance)) in zip(posterior.marginals, zip(means, variances)) {
            #expect(abs(marginal.mean[0] - mean) < 1e-8)
            #expect(abs(marginal.covariance[0, 0] - variance) < 1e-8)
        }
        #expect(abs(try scalar.meanFieldGap() - 0.3687975961) < 1e-10)
    }

    /// Three states, a missing observation, parameters that vary.
    private func large(_ generator: inout Generator) -> LinearGaussianChain {
        func random(_ rows: Int, _ columns: Int) -> Matrix {
            Matrix(rows: rows, columns: columns) { _, _ in 0.5 * generator.normal() }
        }
        func positive(_ size: Int) -> Matrix {
            random(size, size).sandwich(.identity(size)) + 0.3 * .identity(size)
        }
        func vector(_ size: Int) -> [Double] { (0..<size).map { _ in generator.normal() } }
        return LinearGaussianChain(
            initial: GaussianMoments(mean: vector(3), covariance: positive(3)),
            transitions: (0..<4).map { _ in
                .init(matrix: random(3, 3), offset: vector(3), noise: positive(3))
            },
            emissions: (0..<5).map { step in
                step == 2
                    ? nil
                    : .init(
                        matrix: random(2, 3), offset: vector(2), noise: positive(2),
                        observation: vector(2))
            })
    }

    @Test func `the posterior equals Kalman filter and smoother`() throws {
        var generator = Generator(seed: 11)
        let chain = large(&generator)
        let posterior = try chain.posterior()
        // The textbook filter has constant emissions: run it on a chain of that kind.
        let constant = LinearGaussianChain(
            initial: chain.initial, transitions: chain.transitions,
            emissions: chain.emissions.map {
                $0.map {
                    .init(
                        matrix: chain.emissions[0]!.matrix, noise: chain.emissions[0]!.noise,
                        observation: $0.observation)
                }
            })
        let kalman = try KalmanOracle(
            initial: chain.initial,
            transition: { chain.transitions[min($0, 3)].matrix },
            offset: { chain.transitions[min($0, 3)].offset },
            transitionNoise: { chain.transitions[min($0, 3)].noise },
            emission: chain.emissions[0]!.matrix, emissionNoise: chain.emissions[0]!.noise
        ).run(chain.emissions.map { $0?.observation })
        let exact = try constant.posterior()
        #expect(relativeDistance(exact.marginals, kalman.smoothed) < 1e-11)
        #expect(abs(exact.logEvidence - kalman.logLikelihoods.reduce(0, +)) < 1e-11)
        for step in 0..<4 {
            let cross =
                exact.marginals[step].covariance
                .timesTransposed(exact.markovian.transitions[step].matrix)
            #expect((cross - kalman.crosses[step]).largestMagnitude < 1e-11)
        }
        #expect(posterior.marginals.count == 5)
    }

    @Test func `the Markovian family is tight and mean field falls short by its gap`() throws {
        var generator = Generator(seed: 12)
        for chain in [scalar, large(&generator), large(&generator)] {
            let posterior = try chain.posterior()
            let tight = try chain.bound(of: posterior.markovian)
            #expect(abs(tight.total - posterior.logEvidence) < 1e-11)
            #expect(tight.stateConsistency > 0)
            let field = try chain.bestMeanField()
            let gap = posterior.logEvidence - (try chain.bound(of: field)).total
            #expect(abs(gap - (try chain.meanFieldGap())) < 1e-11)
            #expect(gap > 0)
        }
    }

    @Test func `no other law of either family has a larger bound`() throws {
        var generator = Generator(seed: 13)
        let chain = large(&generator)
        let (field, markovian) = (try chain.bestMeanField(), try chain.posterior().markovian)
        for best in [field, markovian] {
            let bound = try chain.bound(of: best).total
            for _ in 0..<20 {
                var other = best
                let step = generator.integer(below: 4)
                other.initial.mean[0] += 0.1 * generator.normal()
                other.transitions[step].offset[1] += 0.1 * generator.normal()
                other.transitions[step].noise *= exp(0.1 * generator.normal())
                #expect(try chain.bound(of: other).total < bound)
            }
        }
    }

    @Test func `the bound is the expectation it claims to be`() throws {
        // By quadrature over one step: E_q[log p(x, s) − log q(s)].
        let chain = LinearGaussianChain(
            initial: GaussianMoments(mean: 0.3, variance: 2), transitions: [],
            emissions: [.init(matrix: [[1.5]], offset: [0.1], noise: [[0.4]], observation: [1])])
        let (mean, variance) = (0.7, 0.25)
        let law = MarkovianPosterior(meanField: [GaussianMoments(mean: mean, variance: variance)])
        let expected = Quadrature.gaussHermite(20).expectation(
            mean: mean, standardDeviation: variance.squareRoot()
        ) { s in
            logNormal(1 - 1.5 * s - 0.1, variance: 0.4) + logNormal(s - 0.3, variance: 2)
                - logNormal(s - mean, variance: variance)
        }
        #expect(abs(try chain.bound(of: law).total - expected) < 1e-13)
    }
}
