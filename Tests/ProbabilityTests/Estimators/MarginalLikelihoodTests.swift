import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// The kinds of marginal likelihood on z ~ N(0, 1), x | z ~ N(z, variance .25), x = 1, where
/// log p(x) = −1.430510 and the filter is N(.8, variance .2).
@Suite struct MarginalLikelihoodTests {
    /// A kind, the variance of its posterior N(.6, ·), and the error of the published table.
    typealias Row = (kind: MarginalLikelihood, variance: Double, bias: Double, digits: Double)

    static let table: [Row] = [
        (.prior(1), 0.3, -2.795281, 1e-6), (.prior(2), 0.3, -0.9563, 1e-4),
        (.prior(5), 0.3, -0.2138, 1e-4), (.prior(10), 0.3, -0.0824, 1e-4),
        (.prior(50), 0.3, -0.0142, 1e-4), (.prior(200), 0.3, -0.0035, 1e-4),
        (.jackknife(5), 0.3, 0.1469, 1e-4), (.jackknife(10), 0.3, 0.0218, 1e-4),
        (.jackknife(50), 0.3, 0.0004, 1e-4),
        (.posterior(1), 0.3, -0.147267, 1e-6), (.posterior(2), 0.3, -0.0553, 1e-4),
        (.posterior(10), 0.3, -0.0090, 1e-4), (.posterior(50), 0.3, -0.0017, 1e-4),
        (.mixture(2), 0.3, -0.1855, 1e-4), (.mixture(10), 0.3, -0.0248, 1e-4),
        (.mixture(50), 0.3, -0.0047, 1e-4),
        (.posterior(1), 0.02, -0.8013, 1e-4), (.posterior(10), 0.02, -0.532, 1e-3),
        (.posterior(50), 0.02, -0.398, 1e-3), (.mixture(10), 0.02, -0.0828, 1e-4),
        (.mixture(50), 0.02, -0.0167, 1e-4),
    ]

    /// Estimates of many independent runs at once, the runs as a batch.
    private func estimate(
        _ kind: MarginalLikelihood, variance: Double = 0.3, runs: Int, seed: UInt64 = 31
    ) -> MarginalEstimate {
        var generator = Generator(seed: seed)
        func law(_ mean: Double, _ variance: Double) -> Normal {
            Normal(
                mean: Tensor.full([runs], mean, type: .float64),
                standardDeviation: variance.squareRoot(), eventRank: 0)
        }
        return kind.estimate(
            prior: law(0, 1), posterior: law(0.6, variance), gradient: .off, using: &generator
        ) { Normal(mean: $0, standardDeviation: 0.5, eventRank: 0).logDensity(Line.number(1)) }
    }

    @Test(arguments: table)
    func `the expected error by quadrature is that of the table`(row: Row) {
        #expect(abs(LogMeanExpectation.evidence + 1.430510) < 5e-7)
        let bias = LogMeanExpectation.bias(row.kind, variance: row.variance)
        // To half a unit of the last digit.
        #expect(abs(bias - row.bias) < 0.5 * row.digits)
    }

    @Test(arguments: table)
    func `the mean of the estimator has the expected error`(row: Row) {
        let runs = min(40_000, 1_000_000 / row.kind.sampleCount!)
        let values = estimate(row.kind, variance: row.variance, runs: runs).logMarginal.doubles()
        let expected =
            LogMeanExpectation.evidence
            + LogMeanExpectation.bias(row.kind, variance: row.variance)
        let mean = Estimate(of: values)
        #expect(abs(mean.mean - expected) < 4 * mean.standardError!)
        // Fine enough to tell the kinds apart.
        #expect(mean.standardError! < max(0.002, 0.07 * abs(row.bias)))
    }

    @Test func `information gain is overestimated, the less the more samples there are`() {
        let kinds: [(Int) -> MarginalLikelihood] = [
            { .prior($0) }, { .posterior($0) }, { .mixture(2 * $0) },
        ]
        for kind in kinds {
            var last = -Double.infinity
            for count in [1, 2, 4, 8, 16, 32] {
                let bias = LogMeanExpectation.bias(kind(count))
                #expect(bias < 0 && bias > last)
                last = bias
            }
        }
        // The rule of the second order for many samples, by the squared coefficient of variation.
        let prior = Line("prior", -9, 9) { Line.normal(0, 1) }
        let mean = prior.expectation { LogMeanExpectation.logLikelihood($0).exp() }
        let square = prior.expectation { (LogMeanExpectation.logLikelihood($0) * 2).exp() }
        let variation = square / (mean * mean) - 1
        #expect(abs(log(mean) - LogMeanExpectation.evidence) < 1e-12)
        #expect(abs(variation - 1.378289) < 5e-7)
        #expect(abs(-variation / 100 + 0.0138) < 5e-5)
        #expect(abs(LogMeanExpectation.bias(.prior(50)) + variation / 100) < 5e-4)
    }

    @Test(arguments: [
        MarginalLikelihood.prior(200), .posterior(50), .mixture(50), .jackknife(200),
    ])
    func `the standard error is the spread of the estimates`(kind: MarginalLikelihood) {
        let estimates = estimate(kind, runs: 5000)
        let spread = estimates.logMarginal.standardDeviation().item()
        let claimed = estimates.standardError!.square().mean().item().squareRoot()
        #expect(abs(claimed / spread - 1) < 0.08)
        let sizes = estimates.effectiveSampleSize!
        #expect(sizes.min().item() >= 1)
        #expect(sizes.max().item() <= Double(kind.sampleCount!) + 1e-9)
        #expect(estimates.estimate.method == .monteCarlo(samples: kind.sampleCount!))
    }

    @Test func `too few samples have no standard error`() {
        #expect(estimate(.prior(1), runs: 3).standardError == nil)
        #expect(estimate(.mixture(2), runs: 3).standardError == nil)
        #expect(estimate(.mixture(4), runs: 3).standardError!.shape == [3])
    }

    @Test func `no weight of the mixture exceeds twice its likelihood`() {
        let weights = estimate(.mixture(10), variance: 0.02, runs: 10_000).logWeights!
        let highest = LogMeanExpectation.logLikelihood(Line.number(1)).item()
        #expect(weights.max().item() <= highest + log(2) + 1e-12)
        let narrow = estimate(.posterior(10), variance: 0.02, runs: 10_000).logWeights!
        #expect(narrow.max().item() > highest + log(2))
    }

    @Test func `the linear-Gaussian marginal is that of the innovation`() {
        let prior = MultivariateNormal(Normal.standard([1], eventRank: 1, type: .float64))
        let exact = MarginalEstimate.linearGaussian(
            observation: Tensor([1.0]), prior: prior, emission: Tensor([1.0], shape: [1, 1]),
            noiseCovariance: Tensor([0.25], shape: [1, 1]))
        #expect(abs(exact.logMarginal.item() - LogMeanExpectation.evidence) < 1e-12)
        #expect(exact.standardError!.item() == 0 && exact.effectiveSampleSize == nil)
        #expect(exact.estimate.method == .closedForm)
        // In two dimensions, with an offset, against many samples.
        let wide = MultivariateNormal(
            mean: Tensor([0.3, -0.2]), covariance: Tensor([1.0, 0.3, 0.3, 0.5], shape: [2, 2]))
        let (emission, noise) = (Tensor([1.0, -1, 0.5, 2], shape: [2, 2]), 0.7)
        let (offset, seen) = (Tensor([0.1, 0.2]), Tensor([0.4, -0.9]))
        let known = MarginalEstimate.linearGaussian(
            observation: seen, prior: wide, emission: emission, offset: offset,
            noiseCovariance: Tensor.identity(2, type: .float64) * (noise * noise))
        var generator = Generator(seed: 32)
        let sampled = MarginalLikelihood.prior(200_000).estimate(prior: wide, using: &generator) {
            let mean = $0.matmul(emission.transposed()) + offset
            return Normal(mean: mean, standardDeviation: noise, eventRank: 1).logDensity(seen)
        }
        let error = sampled.standardError!.item()
        #expect(error < 0.005)
        #expect(abs(sampled.logMarginal.item() - known.logMarginal.item()) < 4 * error)
    }

    @Test func `doubling stops once it makes no difference, or at the limit`() {
        func settle(_ kind: MarginalLikelihood, limit: Int) -> DoubledMarginal {
            var generator = Generator(seed: 33)
            let prior = Normal(
                mean: .zeros([2000], type: .float64), standardDeviation: 1.0, eventRank: 0)
            return kind.settledEstimate(prior: prior, limit: limit, using: &generator) {
                LogMeanExpectation.logLikelihood($0)
            }
        }
        let settled = settle(.prior(1), limit: 4096)
        #expect(settled.isSettled)
        // The error left over at K is at most about that of the last change, cv² / 4K.
        let count = settled.estimate.kind.sampleCount!
        #expect(count > 16)
        let mean = Estimate(of: settled.estimate.logMarginal.doubles())
        let gap = mean.mean - LogMeanExpectation.evidence
        #expect(abs(gap) < 5 * mean.standardError!)
        let stopped = settle(.prior(1), limit: 4)
        #expect(!stopped.isSettled && stopped.estimate.kind == .prior(4))
        #expect(stopped.change! > 0.1)
        #expect(settle(.jackknife(2), limit: 3).change == nil)
    }
}
