import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// What estimators are made of: log-means, weights, self-normalized means.
@Suite struct EstimatorTests {
    let likelihood = Line.normal(1, 0.5)
    let prior = Line.normal(0, 1)

    private func draws(
        _ law: Normal, _ count: Int, _ runs: Int, _ generator: inout Generator
    ) -> Tensor { law.sample([count, runs], using: &generator) }

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
