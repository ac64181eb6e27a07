import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct OneHotTests {
    @Test func `forward exactly one-hot, backward the softmax`() {
        var generator = Generator(seed: 1)
        let logits = Tensor.normal([64, 8, 16], standardDeviation: 3, using: &generator)
            .requiringGradient()
        let law = OneHotStraightThrough(logits: logits, eventRank: 2)
        let draw = law.reparameterizedSample(using: &generator)
        #expect(((draw .== 0) .| (draw .== 1)).all().item() == 1)
        #expect((draw.sum(axis: -1) .== 1).all().item() == 1)
        #expect(law.logDensity(draw).shape == [64])

        let weights = Tensor.normal([64, 8, 16], using: &generator)
        let slope = gradients(of: (draw * weights).sum(), withRespectTo: [logits])[0]
        let smooth = (logits.softmax() * weights).sum()
        let expected = gradients(of: smooth, withRespectTo: [logits])[0]
        #expect(slope.isClose(to: expected, relative: 1e-4, absolute: 1e-6))
        let mode = law.straightThroughMode
        #expect((mode .== law.mode).all().item() == 1 && mode.requiresGradient)
    }

    @Test(arguments: [ElementType.float32, .float64])
    func `a share of the uniform law bounds probabilities and divergences`(_ type: ElementType) {
        // 32 classes, 1 %: every probability is at least .0003125, a divergence at most ln 3200.
        var numbers = [Double](repeating: 0, count: 32)
        numbers[3] = 1000
        let law = OneHotStraightThrough(logits: Tensor(numbers, type: type), unimix: 0.01)
        let least = law.probabilities.min().item()
        let bound = type == .float64 ? 0.01 / 32 : Double(Float(0.01 / 32))
        #expect(least >= bound && least < 0.00031251)
        #expect(abs(law.probabilities.sum().item() - 1) < 1e-6)
        numbers[3] = 0
        numbers[5] = 1000
        let certain = OneHotStraightThrough(logits: Tensor(numbers, type: type) * 1)
        let divergence = certain.divergence(to: law).item()
        #expect(abs(divergence - 8.0709061) < 2e-6)
        let mixed = OneHotStraightThrough(logits: Tensor(numbers, type: type), unimix: 0.01)
        #expect(mixed.divergence(to: law).item() < 8.0709061)
        #expect(mixed.isValid)
    }

    @Test func `groups are one event`() {
        let law = OneHotStraightThrough(logits: .zeros([5, 3, 4]), eventRank: 2)
        #expect(law.batchShape == [5] && law.eventShape == [3, 4])
        #expect(abs(law.entropy!.doubles()[2] - 3 * log(4)) < 1e-6)
        #expect(law.mode.sum().item() == 15)
        #expect(law.mean.doubles().allSatisfy { $0 == 0.25 })
        #expect(law.variance.doubles().allSatisfy { $0 == 0.1875 })
    }
}
