import OptimistCore
import OptimistTorch
import Testing

@Suite struct FusedLearnerTests {
    private func networks() -> [FusedNetwork] {
        var generator = Generator(seed: 1)
        return [
            FusedNetwork(
                sizes: [3, 8, 2], activation: .tanh, hidden: .orthogonal(gain: 1.4),
                output: .orthogonal(gain: 1), using: &generator),
            FusedNetwork(
                sizes: [3, 8, 1], activation: .tanh, hidden: .fanInUniform, output: .fanInUniform,
                using: &generator),
        ]
    }

    private var rows: Tensor {
        var generator = Generator(seed: 2)
        return .normal([32, 3], using: &generator)
    }

    private func loss(_ outputs: [Tensor], _ other: Tensor) -> Tensor {
        (outputs[0].square() * other.exp()).mean() + (outputs[1] - 1).square().mean() * 0.5
    }

    /// One step by autograd through composed layers, beside the fused one.
    @Test(arguments: [Double?.none, 0.05])
    func `a step of Adam is that of autograd, clipped together`(limit: Double?) {
        let fused = networks()
        let composed = networks()
        let others = (0..<2).map { _ in Tensor([0.3, -0.2] as [Float]).requiringGradient() }
        let learner = FusedLearner(
            fused, others: [NamedTensor("scale", others[0])], learningRate: 0.01,
            clippingNorm: limit)
        let parameters =
            composed.enumerated().flatMap { $1.parameters.named("network\($0)") }
            + [NamedTensor("scale", others[1])]
        let adam = Adam(parameters, learningRate: 0.01)
        for _ in 0..<3 {
            let norm = learner.minimize(rows) { loss($0, others[0]) }
            let expected = adam.minimize(
                loss(composed.map { $0(rows).squeezed(axis: 0) }, others[1]), clippingNorm: limit)
            #expect(abs(norm - expected) < 1e-5 * expected)
        }
        for (one, two) in zip(fused, composed) {
            #expect(one.storage.isClose(to: two.storage, relative: 1e-4, absolute: 1e-5))
        }
        #expect(others[0].isClose(to: others[1], relative: 1e-4, absolute: 1e-5))
    }

    @Test func `RMSProp changes all parameters as it does by autograd`() {
        let fused = networks()
        let composed = networks()
        let learner = FusedLearner(fused, learningRate: 0.01, method: .rmsProp())
        let optimizer = RMSProp(
            composed.enumerated().flatMap { $1.parameters.named("network\($0)") },
            learningRate: 0.01, decay: 0.99, epsilon: 1e-5)
        let scale = Tensor([0.0, 0.0] as [Float])
        for _ in 0..<3 {
            learner.minimize(rows) { loss($0, scale) }
            optimizer.minimize(loss(composed.map { $0(rows).squeezed(axis: 0) }, scale))
        }
        for (one, two) in zip(fused, composed) {
            #expect(one.storage.isClose(to: two.storage, relative: 1e-4, absolute: 1e-5))
        }
    }

    @Test func `gradients reach what made the features`() {
        let weight = Tensor([0.5, -1, 2] as [Float]).requiringGradient()
        let learner = FusedLearner(
            networks(), others: [NamedTensor("weight", weight)], learningRate: 0)
        let composed = networks()
        let zero = Tensor([0.0, 0.0] as [Float])
        let expected = gradients(
            of: loss(composed.map { $0(rows * weight).squeezed(axis: 0) }, zero),
            withRespectTo: [weight] + composed.flatMap { $0.parameters.map(\.tensor) })
        let norm = learner.minimize(rows * weight) { loss($0, zero) }
        #expect(abs(norm - globalNorm(expected)) < 1e-5 * norm)
        // Without the features' part the norm is another.
        #expect(globalNorm(Array(expected.dropFirst())) < 0.999 * norm)
    }

    @Test func `a gradient that is not finite changes nothing`() {
        let fused = networks()
        let before = fused.map { $0.storage.floats() }
        let learner = FusedLearner(fused, learningRate: 0.1)
        let norm = learner.minimize(rows) { ($0[0] * Double.infinity).sum() }
        #expect(!norm.isFinite)
        #expect(fused.map { $0.storage.floats() } == before)
    }

    @Test func `a saved learner goes on as if nothing had happened`() throws {
        let zero = Tensor([0.0, 0.0] as [Float])
        let archive = Archive()
        let first = networks()
        let learner = FusedLearner(first, learningRate: 0.01)
        learner.minimize(rows) { loss($0, zero) }
        learner.save(to: archive)
        let second = first.map { $0.copied() }
        let resumed = FusedLearner(second, learningRate: 0.5)
        try resumed.load(from: archive)
        learner.minimize(rows) { loss($0, zero) }
        resumed.minimize(rows) { loss($0, zero) }
        #expect(first.map { $0.storage.floats() } == second.map { $0.storage.floats() })
    }
}
