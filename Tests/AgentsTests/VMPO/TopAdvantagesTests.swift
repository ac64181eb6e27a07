import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistInference
import OptimistTorch
import Testing

@Suite struct TopAdvantagesTests {
    @Test func `the better half is weighed by the softmax`() {
        let best = TopAdvantages(Tensor([-1.0, 2, 0, 1]), share: 0.5)
        #expect(best.rows.integers() == [1, 3])
        let weights = best.weights(temperature: Tensor([1.0])).doubles()
        #expect(largestDifference(weights, [0.731059, 0.268941]) < 5.01e-7)
        let loss = best.temperatureLoss(Tensor([1.0]), maximumDivergence: 0.1)
        #expect(abs(loss.item() - 1.720115) < 5.01e-7)
    }

    @Test func `weights, loss and slope are those of exact inference`() {
        var generator = Generator(seed: 5)
        for share in [0.25, 0.5, 1] {
            let advantages = (0..<9).map { _ in generator.normal() }
            let temperature = 0.3 + generator.uniform()
            let exact = AdvantageWeights.TopShare(
                advantages: advantages, temperature: temperature, maximumDivergence: 0.2,
                share: share)
            let best = TopAdvantages(Tensor(advantages), share: share)
            let heat = Tensor([temperature]).requiringGradient()
            let loss = best.temperatureLoss(heat, maximumDivergence: 0.2)
            #expect(abs(loss.item() - exact.temperatureLoss) < 1e-12)
            let slope = gradients(of: loss.sum(), withRespectTo: [heat])[0].item()
            #expect(abs(slope - exact.temperatureSlope) < 1e-12)
            let weights = best.weights(temperature: Tensor([temperature])).doubles()
            let kept = best.rows.integers()
            #expect(kept.count == exact.weights.count { $0 > 0 })
            for (row, weight) in zip(kept, weights) {
                #expect(abs(weight - exact.weights[row]) < 1e-12)
            }
        }
    }

    @Test func `hot weights are equal ones`() {
        let best = TopAdvantages(Tensor([3.0, -1, 0.5, 2]), share: 1)
        let weights = best.weights(temperature: Tensor([1e9])).doubles()
        #expect(largestDifference(weights, [0.25, 0.25, 0.25, 0.25]) < 1e-8)
    }
}
