import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import OptimistProbability
import OptimistTorch
import Testing

/// Mutual information by samples, in closed form and by enumeration. The Gaussian instance is
/// z ~ N(0, 1), x | z ~ N(z, variance .25), I(z; x) = ½ log 5.
@Suite struct MutualInformationTests {
    static let truth = 0.5 * log(5.0)
    static let nested = [2: 2.1288, 4: 1.3558, 8: 1.0449, 16: 0.9148, 64: 0.8303]
    static let contrastive = [
        1: 0.3288, 2: 0.4640, 4: 0.5849, 8: 0.6739, 16: 0.7310, 64: 0.7833,
    ]

    /// log p(x_n | z_j) of the Gaussian instance, `[N, J, runs]`.
    private func matrix(
        _ observations: Int, _ states: Int, runs: Int, seed: UInt64 = 51
    ) -> Tensor {
        var generator = Generator(seed: seed)
        let z = Tensor.normal([states, runs], type: .float64, using: &generator)
        return MutualInformation.logLikelihoods(
            of: Normal(mean: z, standardDeviation: 0.5, eventRank: 0),
            observations: observations, using: &generator)
    }

    private func mean(_ kind: MutualInformation, _ matrix: Tensor) -> Estimate {
        Estimate(of: kind.estimate(matrix).mean.doubles())
    }

    @Test func `expected estimates by quadrature are those of the table`() {
        let counts = [1, 2, 4, 8, 16, 64]
        for (others, expected) in zip(counts, LogMeanExpectation.information(others: counts)) {
            // With one other state the nested estimate is 4 in closed form.
            #expect(abs(expected.nested - (Self.nested[others] ?? 4)) < 5e-5)
            #expect(abs(expected.contrastive - Self.contrastive[others]!) < 5e-5)
            #expect(expected.contrastive < Self.truth && Self.truth < expected.nested)
        }
    }

    @Test(arguments: [1, 2, 4, 8, 16, 64])
    func `means of the estimators are the expected ones`(others: Int) {
        let logs = matrix(1, others + 1, runs: 800_000 / (others + 9))
        let nested = mean(.nested, logs)
        #expect(abs(nested.mean - (Self.nested[others] ?? 4)) < 4 * nested.standardError! + 5e-5)
        let contrastive = mean(.contrastive, logs)
        #expect(
            abs(contrastive.mean - Self.contrastive[others]!)
                < 4 * contrastive.standardError! + 5e-5)
        #expect(nested.standardError! < 0.03 && contrastive.standardError! < 0.01)
        let midpoint = mean(.midpoint, logs).mean
        #expect(abs(midpoint - (nested.mean + contrastive.mean) / 2) < 1e-9)
    }

    @Test func `particles that serve as each other's states have the same expectation`() {
        let counts = [2, 5, 17]
        let means = LogMeanExpectation.information(others: counts.map { $0 - 1 })
        for (count, expected) in zip(counts, means) {
            // K observations share K states: the belief form.
            let runs = 200_000 / (count * count)
            let logs = matrix(count, count, runs: runs)
            #expect(logs.shape == [count, count, runs])
            let contrastive = mean(.contrastive, logs)
            let error = contrastive.standardError!
            #expect(abs(contrastive.mean - expected.contrastive) < 4 * error + 1e-5)
            let nested = mean(.nested, logs)
            #expect(abs(nested.mean - expected.nested) < 4 * nested.standardError! + 1e-5)
            #expect(error < 0.02 && nested.standardError! < 0.05)
            // Fewer observations than states, too.
            let some = mean(.nested, logs.slice(axis: 0, 0..<(count - 1)))
            #expect(abs(some.mean - expected.nested) < 4 * some.standardError! + 1e-5)
        }
    }

    @Test func `the contrastive estimate is capped, and one state tells nothing`() {
        var generator = Generator(seed: 52)
        let z = Tensor.normal([8, 500], type: .float64, using: &generator)
        let sharp = MutualInformation.logLikelihoods(
            of: Normal(mean: z, standardDeviation: 1e-4, eventRank: 0), using: &generator)
        let values = MutualInformation.contrastive.estimate(sharp).mean
        #expect(values.max().item() <= log(8) + 1e-12 && values.mean().item() > log(8) - 0.01)
        let single = MutualInformation.contrastive.estimate(matrix(1, 1, runs: 5)).mean
        #expect(single.doubles() == [0, 0, 0, 0, 0])
    }

    @Test func `a known conditional entropy changes the variance, not the mean`() {
        let logs = matrix(1, 9, runs: 40_000)
        let entropy = Line.normal(0, 0.5).entropy!.expanded([1, 40_000])
        for kind in [MutualInformation.contrastive, .nested] {
            let known = kind.estimate(logs, conditionalEntropy: entropy).mean
            let difference = Estimate(of: (known - kind.estimate(logs).mean).doubles())
            #expect(abs(difference.mean) < 4 * difference.standardError!)
            #expect(difference.standardError! > 0)
        }
    }

    @Test func `the standard error is over the observations`() {
        let logs = matrix(400, 400, runs: 1).squeezed(axis: 2)
        let estimate = MutualInformation.contrastive.estimate(logs)
        #expect(estimate.method == .monteCarlo(samples: 400) && estimate.mean.shape == [])
        let error = estimate.standardError!.item()
        #expect(error > 0.01 && error < 0.05)
        #expect(abs(estimate.mean.item() - Self.truth) < 5 * error)
    }

    @Test func `the Gaussian closed form, in one dimension and in several`() throws {
        let one = MutualInformation.linearGaussian(
            covariance: Tensor([1.0], shape: [1, 1]), emission: Tensor([1.0], shape: [1, 1]),
            noiseCovariance: Tensor([0.25], shape: [1, 1]))
        #expect(abs(one.item() - 0.804719) < 5e-7)
        let (p, c) = ([1.0, 0.3, 0.3, 0.5], [1.0, -1, 0.5, 2, 0.2, 0.1])
        let r = [0.5, 0.1, 0, 0.1, 0.4, 0.2, 0, 0.2, 0.9]
        let exact = try GaussianMoments(
            mean: [7, -3], covariance: Matrix(rows: 2, columns: 2, p)
        ).mutualInformation(
            emission: Matrix(rows: 3, columns: 2, c), noise: Matrix(rows: 3, columns: 3, r))
        let batch = MutualInformation.linearGaussian(
            covariance: Tensor(p, shape: [2, 2]).expanded([4, 2, 2]),
            emission: Tensor(c, shape: [3, 2]), noiseCovariance: Tensor(r, shape: [3, 3]))
        #expect(batch.isClose(to: Tensor.full([4], exact, type: .float64), absolute: 1e-12))
    }

    @Test func `enumeration, in nats`() {
        // A cue of validity .95 about a context that is one of two.
        let context = Categorical(logits: Tensor([0.0, 0]))
        func information(_ rows: [Double]) -> Double {
            MutualInformation.enumerated(
                prior: context, emission: Categorical(weights: Tensor(rows, shape: [2, 2]))
            ).item()
        }
        #expect(abs(information([0.95, 0.05, 0.05, 0.95]) - 0.494632) < 5e-7)
        #expect(abs(information([1, 0, 0, 1]) - 0.693147) < 5e-7)
        #expect(abs(information([0.75, 0.25, 0.25, 0.75]) - 0.130812) < 5e-7)
        #expect(information([0.3, 0.7, 0.3, 0.7]) < 1e-15)
        // A state that cannot be emits what no other does.
        let certain = MutualInformation.enumerated(
            prior: Categorical(weights: Tensor([1.0, 0])),
            emission: Categorical(weights: Tensor([1.0, 0, 0, 1], shape: [2, 2])))
        #expect(certain.item() == 0)
        let known = MutualInformation.enumerated(
            prior: Categorical(weights: Tensor([0.95, 0.05])),
            emission: Categorical(weights: Tensor([0.75, 0.25, 0.25, 0.75], shape: [2, 2])))
        #expect(abs(known.item() - 0.025834) < 5e-7)
    }

    @Test func `a belief of particles counts what is not known yet`() {
        // The context itself as state: particles of an even belief against a context once drawn.
        var generator = Generator(seed: 53)
        let rows = Tensor([0.95, 0.05, 0.05, 0.95], shape: [2, 2]).log()
        func estimate(_ context: Tensor) -> Estimate {
            let law = Categorical(
                logits: rows.indexSelect(axis: 0, context.flattened())
                    .reshaped(context.shape + [2]))
            let logs = MutualInformation.logLikelihoods(of: law, using: &generator)
            return mean(.contrastive, logs)
        }
        let runs = 400
        let belief = Tensor.randomIntegers([64, runs], in: 0..<2, using: &generator)
        let found = estimate(belief)
        // 64 states fall short by about the variance of the ratio over twice their number.
        #expect(found.mean < 0.494632 && found.mean > 0.494632 - 0.01)
        let conditional = belief.slice(axis: 0, 0..<1).expanded([64, runs])
        #expect(abs(estimate(conditional).mean) < 1e-12)
    }
}
