import OptimistCore
import OptimistTorch
import Testing

@Suite struct RandomTests {
    @Test func `the same generator gives the same numbers and goes on`() {
        var first = Generator(seed: 1)
        var second = Generator(seed: 1)
        let a = Tensor.normal([100], using: &first)
        let b = Tensor.normal([100], using: &second)
        #expect(a.floats() == b.floats())
        #expect(first == second)
        #expect(Tensor.normal([100], using: &first).floats() != a.floats())
    }

    // The standard error of the mean is sd / sqrt(200 000); bounds are five of them. That of a
    // variance of normal draws is variance · sqrt(2 / 200 000).
    @Test func `normal and uniform draws have their mean and variance`() {
        var generator = Generator(seed: 2)
        let normal = Tensor.normal(
            [200_000], mean: 3, standardDeviation: 2, type: .float64, using: &generator)
        #expect(Swift.abs(normal.mean().item() - 3) < 5 * 2 / 447)
        #expect(Swift.abs(normal.variance().item() - 4) < 5 * 4 / 316)
        let uniform = Tensor.uniform([200_000], from: -1, to: 3, using: &generator)
        #expect(Swift.abs(uniform.mean().item() - 1) < 5 * 1.1547 / 447)
        #expect(uniform.min().item() >= -1 && uniform.max().item() < 3)
    }

    // Variance of the normal law restricted to ±2: 1 − 4 φ(2) / (2 Φ(2) − 1) = 0.7737.
    @Test func `truncated draws stay within two deviations and have their variance`() {
        var generator = Generator(seed: 3)
        let drawn = Tensor.truncatedNormal([200_000], standardDeviation: 0.5, using: &generator)
        #expect(drawn.abs().max().item() <= 1)
        #expect(Swift.abs(drawn.mean().item()) < 5 * 0.44 / 447)
        #expect(Swift.abs(drawn.variance().item() / 0.25 - 0.7737) < 5 * 0.7737 / 316)
    }

    @Test func `indices are drawn in proportion to their weights`() {
        var generator = Generator(seed: 4)
        let weights = Tensor([1.0, 0, 3, 4, 4, 0], shape: [2, 3])
        let drawn = Tensor.categorical(probabilities: weights, count: 100_000, using: &generator)
        #expect(drawn.shape == [2, 100_000])
        // Standard error sqrt(p (1 − p) / 100 000) ≤ 0.0016.
        let shares = drawn.oneHot(classes: 3, type: .float64).mean(axis: 1).doubles()
        for (share, expected) in zip(shares, [0.25, 0, 0.75, 0.5, 0.5, 0]) {
            #expect(Swift.abs(share - expected) < 0.008)
        }
        let coins = Tensor.bernoulli(
            probabilities: Tensor.full([100_000], 0.3, type: .float64), using: &generator)
        #expect(Swift.abs(coins.mean().item() - 0.3) < 0.008)
    }

    @Test func `a permutation holds every index once`() {
        var generator = Generator(seed: 5)
        let order = Tensor.permutation(50, using: &generator).integers()
        #expect(order.sorted() == Array(0..<50))
        #expect(order != Array(0..<50))
        let integers = Tensor.randomIntegers([1000], in: -2..<3, using: &generator).integers()
        #expect(Set(integers) == [-2, -1, 0, 1, 2])
    }
}
