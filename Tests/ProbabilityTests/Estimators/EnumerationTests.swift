import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Laws whose outcomes are listed, and the exact marginal that follows.
@Suite struct EnumerationTests {
    private func expectLaw(
        _ law: any EnumerableDistribution, outcomes: Int,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let values = law.enumerated
        #expect(
            values.shape == [outcomes] + law.batchShape + law.eventShape, sourceLocation: location)
        let total = law.logDensity(values).exp().sum(axis: 0)
        #expect(
            total.isClose(to: .ones(like: total), absolute: 1e-12), sourceLocation: location)
    }

    @Test func `probabilities of all outcomes sum to one`() {
        var generator = Generator(seed: 71)
        func logits(_ shape: [Int]) -> Tensor {
            Tensor.normal(shape, type: .float64, using: &generator)
        }
        expectLaw(Categorical(logits: logits([2, 3, 5])), outcomes: 5)
        expectLaw(Bernoulli(logits: logits([2, 3]), eventRank: 1), outcomes: 8)
        expectLaw(Bernoulli(logits: logits([4]), eventRank: 0), outcomes: 2)
        expectLaw(OneHotStraightThrough(logits: logits([2, 4])), outcomes: 4)
        expectLaw(OneHotStraightThrough(logits: logits([2, 3, 4]), eventRank: 2), outcomes: 64)
    }

    @Test func `outcomes are listed once each`() {
        let rows = OneHotStraightThrough(logits: .zeros([2, 3]), eventRank: 2).outcomes
        let numbers = rows.reshaped([9, 2, 3]).argmax(axis: -1).integers()
        #expect(numbers == (0..<9).flatMap { [$0 / 3, $0 % 3] })
        let bits = Bernoulli(logits: .zeros([3]), eventRank: 1).outcomes.doubles()
        #expect(bits.prefix(9) == [0, 0, 0, 0, 0, 1, 0, 1, 0])
    }

    @Test func `an expectation is the sum over outcomes, with its gradient`() {
        let law = Bernoulli(logits: Tensor([0.3, -0.7]), eventRank: 1)
        let mean = law.expectation { ($0 * Tensor([2.0, 5])).sum(axis: -1) }
        let expected = (law.mean * Tensor([2.0, 5])).sum().item()
        #expect(abs(mean.item() - expected) < 1e-12)
        let error = gradientError(at: [0.2, -0.4, 0.9]) {
            Categorical(logits: $0).expectation { $0.to(.float64).square() }
        }
        #expect(error < 1e-8)
    }

    @Test func `the exact marginal is the sum, and samples near it`() {
        var generator = Generator(seed: 72)
        let prior = Categorical(logits: Tensor.normal([3, 6], type: .float64, using: &generator))
        let posterior = Categorical(
            logits: Tensor.normal([3, 6], type: .float64, using: &generator))
        let table = Tensor.normal([6], type: .float64, using: &generator)
        func logLikelihood(_ z: Tensor) -> Tensor {
            table.indexSelect(axis: 0, z.flattened()).reshaped(z.shape)
        }
        func estimate(_ kind: MarginalLikelihood) -> MarginalEstimate {
            kind.estimate(
                prior: prior, posterior: posterior, using: &generator,
                logLikelihood: logLikelihood)
        }
        let exact = estimate(.exact)
        let sum = (prior.logProbabilities + table).logSumExp(axis: -1)
        #expect(exact.logMarginal.isClose(to: sum, absolute: 1e-12))
        #expect(exact.standardError!.max().item() == 0 && exact.logWeights == nil)
        for kind in [MarginalLikelihood.prior(20_000), .posterior(20_000), .mixture(20_000)] {
            let sampled = estimate(kind)
            let scores = (sampled.logMarginal - sum) / sampled.standardError!
            #expect(scores.abs().max().item() < 4.5)
        }
    }

    @Test func `an excluded state counts nothing and has no gradient`() {
        let logits = Tensor([0.4, -.infinity, 0.1]).requiringGradient()
        let rates = Tensor([-1.0, -2, -3]).requiringGradient()
        var generator = Generator(seed: 73)
        let marginal = MarginalLikelihood.exact.estimate(
            prior: Categorical(logits: logits), using: &generator
        ) { rates.indexSelect(axis: 0, $0) }.logMarginal
        let shares = [exp(0.4), exp(0.1)].map { $0 / (exp(0.4) + exp(0.1)) }
        let expected = log(shares[0] * exp(-1) + shares[1] * exp(-3))
        #expect(abs(marginal.item() - expected) < 1e-12)
        let slopes = gradients(of: marginal, withRespectTo: [logits, rates])
        #expect(slopes.allSatisfy { $0.isFinite().all().item() == 1 && $0[1].item() == 0 })
    }
}
