import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Estimators of a marginal likelihood on z ~ N(0, 1), x | z ~ N(z, variance .25), x = 1, where
/// log p(x) = −1.430510 and the filter is N(.8, variance .2); biases worked out by quadrature of
/// E log Σ w = ∫ (e⁻ᵗ − Π E e^(−t w)) / t dt.
@Suite struct EstimatorTests {
    static let evidence = -0.5 * log(2 * Double.pi * 1.25) - 0.4
    let likelihood = Line.normal(1, 0.5)
    let prior = Line.normal(0, 1)

    /// The mean of an estimator over runs of K weights, with its standard error.
    private func bias(_ estimates: Tensor) -> Estimate {
        var estimate = Estimate(of: estimates.doubles())
        estimate.mean -= EstimatorTests.evidence
        return estimate
    }

    private func draws(
        _ law: Normal, _ count: Int, _ runs: Int, _ generator: inout Generator
    ) -> Tensor { law.sample([count, runs], using: &generator) }

    private func expect(
        _ estimate: Estimate, _ expected: Double, within error: Double,
        at location: SourceLocation = #_sourceLocation
    ) {
        // The number of runs keeps the standard error below the resolution that is asked for.
        #expect(estimate.standardError! < error, sourceLocation: location)
        #expect(
            abs(estimate.mean - expected) < 4 * estimate.standardError! + 1e-4,
            sourceLocation: location)
    }

    @Test func `the evidence`() {
        #expect(abs(EstimatorTests.evidence + 1.430510) < 5e-7)
    }

    @Test(arguments: [(1, -2.795281, 0.02), (2, -0.9563, 0.006), (10, -0.0824, 0.001)])
    func `weights from the prior underestimate`(_ count: Int, _ expected: Double, _ error: Double) {
        var generator = Generator(seed: 21)
        let weights = likelihood.logDensity(draws(prior, count, 200_000, &generator))
        expect(bias(logMeanExp(weights)), expected, within: error)
    }

    @Test(arguments: [(5, 0.1469, 0.005), (10, 0.0218, 0.002)])
    func `the jackknife takes off most of the bias`(
        _ count: Int, _ expected: Double, _ error: Double
    ) {
        var generator = Generator(seed: 22)
        let weights = likelihood.logDensity(draws(prior, count, 200_000, &generator))
        expect(bias(jackknifeLogMeanExp(weights)), expected, within: error)
    }

    @Test(arguments: [(1, -0.147267, 0.002), (2, -0.0553, 0.001), (10, -0.0090, 0.001)])
    func `weights from a good posterior`(_ count: Int, _ expected: Double, _ error: Double) {
        let posterior = Line.normal(0.6, 0.3.squareRoot())
        var generator = Generator(seed: 23)
        let z = draws(posterior, count, 200_000, &generator)
        let weights =
            likelihood.logDensity(z) + prior.logDensity(z) - posterior.logDensity(z)
        expect(bias(logMeanExp(weights)), expected, within: error)
    }

    @Test(arguments: [
        (0.3, 2, -0.1855, 0.003), (0.3, 10, -0.0248, 0.001), (0.02, 10, -0.0828, 0.001),
    ])
    func `half from the posterior, half from the prior`(
        _ variance: Double, _ count: Int, _ expected: Double, _ error: Double
    ) {
        let posterior = Line.normal(0.6, variance.squareRoot())
        var generator = Generator(seed: 24)
        let runs = 200_000
        let z = Tensor.concatenated([
            draws(posterior, count / 2, runs, &generator),
            draws(prior, count / 2, runs, &generator),
        ])
        let likelihoods = likelihood.logDensity(z)
        let weights = balancedLogWeights(
            logLikelihood: likelihoods, logPrior: prior.logDensity(z),
            logProposal: posterior.logDensity(z))
        #expect((weights - likelihoods).max().item() <= log(2) + 1e-9)
        expect(bias(logMeanExp(weights)), expected, within: error)
    }

    @Test func `log-mean-exp does not overflow, and states its error`() {
        let large = logMeanExp(Tensor([1000.0, 1000 + log(3)]))
        #expect(abs(large.item() - 1000 - log(2)) < 1e-9)
        // Weights 1 and 3: mean 2, standard error of the mean 1, of its logarithm ½.
        let estimate = logMeanExpEstimate(Tensor([0.0, log(3)]))
        #expect(abs(estimate.standardError!.item() - 0.5) < 1e-12)
        #expect(logMeanExpEstimate(Tensor([0.0])).standardError == nil)
    }

    @Test func `the jackknife of given weights, also where one dominates`() {
        let weights = [1.0, 2, 4]
        let pairs = [log(3), log(2.5), log(1.5)]
        let expected = 3 * log(7.0 / 3) - 2 * pairs.reduce(0, +) / 3
        let logs = Tensor(weights.map { log($0) })
        #expect(abs(jackknifeLogMeanExp(logs).item() - expected) < 1e-12)
        let columns = logs.unsqueezed(axis: 0).expanded([2, 3])
        #expect(jackknifeLogMeanExp(columns, axis: 1).isClose(to: Tensor([expected, expected])))
        // log 1, e⁸⁰: without the large one the mean is 1.
        let lopsided = jackknifeLogMeanExp(Tensor([0.0, 80])).item()
        #expect(abs(lopsided - (2 * (80 - log(2)) - 40)) < 1e-9)
        #expect(gradientError(at: [0.1, 0.7, -0.4]) { jackknifeLogMeanExp($0) } < 1e-7)
    }

    @Test func `effective sample size lies between one and all`() {
        let size = effectiveSampleSize(
            logWeights: Tensor(
                [5.0, 5, 5, 900, -900, 0, 0, Foundation.log(2.0), 0], shape: [3, 3]), axis: 1)
        let expected = [3, 1, 16.0 / 6]
        #expect(zip(size.doubles(), expected).allSatisfy { abs($0 - $1) < 1e-9 })
        #expect(abs(normalizedWeights(Tensor([0.0, log(3)]))[1].item() - 0.75) < 1e-12)
    }

    @Test func `self-normalized importance sampling covers the filter's mean`() {
        // Prior draws weighted by the likelihood: the filter has mean .8 and variance .2.
        var generator = Generator(seed: 25)
        let z = draws(prior, 2000, 400, &generator)
        let weights = likelihood.logDensity(z)
        let estimate = selfNormalizedMean(z, logWeights: weights)
        let score = (estimate.mean - 0.8) / estimate.standardError!
        // 400 independent standard normal scores, up to a bias of order 1/K.
        #expect(abs(score.mean().item()) < 4.5 / 20)
        #expect(abs(score.standardDeviation().item() - 1) < 4.5 / 800.0.squareRoot())
        let second = selfNormalizedMean(
            Tensor.stacked([z, z.square()], axis: 2), logWeights: weights)
        #expect(second.mean.shape == [400, 2])
        let moment = Estimate(of: second.mean.select(axis: 1, 1).doubles())
        #expect(abs(moment.mean - 0.84) < 4.5 * moment.standardError! + 1e-3)
    }
}
