import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

/// Batch, event and sample axes; validity; programmer's errors.
@Suite struct ShapeTests {
    /// Laws with batch [4] and an event of three numbers, or with a class in its place.
    static func laws() -> [any TensorDistribution] {
        let rows = Tensor.full([4, 3], 0.3)
        let positive = Tensor.ones([3])
        let several = Normal(mean: .zeros([4, 5, 3]), standardDeviation: positive, eventRank: 1)
        return [
            Normal(mean: rows, standardDeviation: positive, eventRank: 1),
            Normal(mean: Tensor.zeros([3]), standardDeviation: .ones([4, 1]), eventRank: 1),
            TanhNormal(mean: rows, logStandardDeviation: positive, eventRank: 1),
            TruncatedNormal(location: rows, scale: positive, eventRank: 1),
            Beta(concentration1: rows, concentration0: positive, eventRank: 1),
            Uniform([4, 3], eventRank: 1),
            MultivariateNormal(mean: rows, choleskyFactor: .identity(3)),
            Bernoulli(logits: rows, eventRank: 1),
            OneHotStraightThrough(logits: rows),
            Independent(Categorical(logits: .zeros([4, 3, 2])), axes: 1),
            Independent(Normal(mean: rows, standardDeviation: 1, eventRank: 0), axes: 1),
            Mixture(logits: .zeros([5]), components: several),
            Transformed(
                Normal(mean: rows, standardDeviation: positive, eventRank: 1), by: ExpMap()),
        ]
    }

    @Test func `every law keeps the order sample, batch, event`() {
        for law in ShapeTests.laws() {
            #expect(law.batchShape == [4] && law.eventShape == [3] && law.shape == [4, 3])
            var generator = Generator(seed: 1)
            #expect(law.sample(using: &generator).shape == [4, 3])
            let values = law.sample([7, 2], using: &generator)
            #expect(values.shape == [7, 2, 4, 3])
            #expect(law.logDensity(values).shape == [7, 2, 4])
            #expect(law.logDensity(values[0, 0]).shape == [4])
            #expect(law.logDensity(values[0, 0, 0]).shape == [4])
            #expect(law.draw([7], using: &generator).logDensity.shape == [7, 4])
            if let entropy = law.entropy { #expect(entropy.shape == [4]) }
            if let law = law as? any DistributionWithMoments {
                #expect(law.mean.shape == [4, 3] && law.variance.shape == [4, 3])
            }
            if let law = law as? any DistributionWithMode { #expect(law.mode.shape == [4, 3]) }
            if let known = closedFormDivergence(from: law, to: law) {
                #expect(known.shape == [4] && known.abs().max().item() < 1e-5)
            }
            #expect(law.isValid)
        }
    }

    @Test func `a law with more axes in its batch gives its draws in rows`() {
        // Different laws in the rows: draws of one row do not land in another.
        let law = Categorical(logits: Tensor([50, 0, 0, 0, 0, 50] as [Double], shape: [2, 3]))
        var generator = Generator(seed: 1)
        let drawn = law.sample([3, 4], using: &generator)
        #expect(drawn.shape == [3, 4, 2])
        #expect(drawn.select(axis: 2, 0).integers() == [Int](repeating: 0, count: 12))
        #expect(drawn.select(axis: 2, 1).integers() == [Int](repeating: 2, count: 12))
        let components = Normal(
            mean: Tensor([0.0, 10, 20, 30], shape: [2, 2]), standardDeviation: 0.1, eventRank: 0)
        let mixture = Mixture(
            logits: Tensor([50.0, 0, 0, 50], shape: [2, 2]), components: components)
        let values = mixture.sample([5], using: &generator)
        #expect((values.select(axis: 1, 0).abs() .< 1).all().item() == 1)
        #expect(((values.select(axis: 1, 1) - 30).abs() .< 1).all().item() == 1)
        #expect(mixture.responsibilities(values).shape == [5, 2, 2])
    }

    @Test func `laws with bad parameters say so`() {
        let zero = Tensor(0, type: .float64)
        let bad: [any TensorDistribution] = [
            Normal(mean: zero, standardDeviation: zero, eventRank: 0),
            Normal(mean: zero / 0, standardDeviation: zero + 1, eventRank: 0),
            TruncatedNormal(location: zero, scale: zero + 1, low: 1, high: 0, eventRank: 0),
            Beta(concentration1: zero, concentration0: zero + 1, eventRank: 0),
            Uniform(low: zero, high: zero, eventRank: 0),
            Categorical(logits: Tensor([0.0, .nan])),
            Categorical(logits: Tensor([-Double.infinity, -.infinity])),
            OneHotStraightThrough(logits: Tensor([0.0, -.infinity])),
            Bernoulli(logits: zero / 0, eventRank: 0),
            MultivariateNormal(mean: Tensor([0.0]), choleskyFactor: Tensor([0.0], shape: [1, 1])),
        ]
        for law in bad { #expect(!law.isValid, "\(law)") }
        #expect(Categorical(logits: Tensor([0.0, -.infinity])).isValid)
        let normal = Normal(mean: zero / 0, standardDeviation: zero + 1, eventRank: 0)
        #expect(!Independent(normal, axes: 0).isValid)
        #expect(!Transformed(normal, by: ExpMap()).isValid)
    }

    @Test func `shapes that do not fit stop with the shapes`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            _ = Normal(mean: .zeros([4, 3]), standardDeviation: .ones([2]), eventRank: 1)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("Normal: the shapes [4, 3] and [2] do not broadcast"))
        let events = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            _ = Bernoulli(logits: .zeros([3]), eventRank: 2)
        }
        let second = String(decoding: events?.standardErrorContent ?? [], as: UTF8.self)
        #expect(second.contains("an event of 2 axes does not fit"))
    }

    @Test func `a value whose event would broadcast is refused`() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
        {
            let law = Normal.standard([4, 3], eventRank: 1)
            _ = law.logDensity(.zeros([4, 1]))
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(
            text.contains(
                "Normal.logDensity: a value of shape [4, 1] where one outcome has shape [3]"))
    }
}
