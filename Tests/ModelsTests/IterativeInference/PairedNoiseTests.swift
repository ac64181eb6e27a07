import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct PairedNoiseTests {
    // With two draws that were scaled to variance 1 the fourth moment would be 1, not 3.
    @Test(arguments: [1, 2, 8])
    func `every draw has the law itself`(samples: Int) {
        var generator = Generator(seed: 1)
        let rows = 40_000
        let law = Normal(
            mean: .full([rows, 2], 0.5, type: .float64), standardDeviation: 2, eventRank: 1)
        let noise = (law.pairedDraws(samples, using: &generator) - 0.5) / 2
        let (first, second) = (noise.select(axis: 2, 0), noise.select(axis: 2, 1))
        // Rows are independent, the draws of a row are not.
        func near(_ function: Tensor, _ expected: Double) -> Bool {
            let found = Estimate(of: function.mean(axis: 0).doubles())
            return abs(found.mean - expected) < 4 * found.standardError!
        }
        #expect(near(first.square(), 1))
        #expect(near(first.square().square(), 3))
        #expect(near(first * second, 0))
        #expect(near((first * 2).exp(), 7.389056098930650))
    }

    @Test func `within pairs what is odd about the mean cancels`() {
        var generator = Generator(seed: 2)
        let mean = Tensor([0.3, -1.2], shape: [1, 2]).requiringGradient()
        let law = Normal(mean: mean, standardDeviation: 0.7, eventRank: 1)
        let draws = law.pairedDraws(2, using: &generator)
        #expect((draws.mean(axis: 0) - mean).abs().max().item() < 1e-15)
        // a₁² + 3 a₁ a₂, of which the gradient in the mean is exact.
        let (first, second) = (draws.select(axis: 2, 0), draws.select(axis: 2, 1))
        let value = (first.square() + first * second * 3).mean()
        let slope = gradients(of: value, withRespectTo: [mean])[0].doubles()
        #expect(abs(slope[0] - (2 * 0.3 - 3 * 1.2)) < 1e-14)
        #expect(abs(slope[1] - 3 * 0.3) < 1e-14)
    }
}
