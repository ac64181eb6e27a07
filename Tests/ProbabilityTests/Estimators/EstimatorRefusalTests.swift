import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Calls that cannot be meant stop with what was wrong.
@Suite struct EstimatorRefusalTests {
    private func text(_ result: ExitTest.Result?) -> String {
        String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    }

    @Test func `a law that cannot be enumerated has no exact marginal`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            var generator = Generator(seed: 1)
            _ = MarginalLikelihood.exact.estimate(
                prior: Normal.standard([3], eventRank: 1), using: &generator
            ) { $0.sum(axis: -1) }
        }
        #expect(text(result).contains("the outcomes of Normal cannot be listed"))
    }

    @Test func `a posterior is needed where it is used, of the prior's shape`() async {
        let missing = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var generator = Generator(seed: 1)
            _ = MarginalLikelihood.mixture(4).innerSamples(
                prior: Normal.standard([3], eventRank: 1), using: &generator)
        }
        #expect(text(missing).contains("mixture:4 needs a posterior"))
        let other = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var generator = Generator(seed: 1)
            _ = MarginalLikelihood.posterior(4).innerSamples(
                prior: Normal.standard([2, 3], eventRank: 1),
                posterior: Normal.standard([3], eventRank: 1), using: &generator)
        }
        #expect(text(other).contains("a prior with batch [2] and event [3]"))
    }

    @Test func `likelihoods have one number for each sample`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            var generator = Generator(seed: 1)
            _ = MarginalLikelihood.prior(4).estimate(
                prior: Normal.standard([2, 3], eventRank: 1), using: &generator
            ) { $0 }
        }
        #expect(text(result).contains("log-likelihoods of shape [4, 2, 3] for samples [4, 2, 3]"))
    }

    @Test func `a weighted marginal must be there`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            let one = Tensor.ones([2, 1])
            _ = SequenceBound(
                logOptimality: one, logLikelihood: one,
                mask: SequenceMask(arrived: one, acted: one), source: .replay)
        }
        #expect(text(result).contains("a marginal weight of 1.0 without a marginal"))
    }
}
