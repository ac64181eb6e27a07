import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// What training brings, against closed forms. The prior, where inference starts, is 12.8 nats below
/// the evidence; the best diagonal law is less than 0.001 nats below it.
@Suite struct LinearGaussianInferenceTests {
    enum Kind: CaseIterable { case gated, learnedSGD, natural, errors }

    private static func inference(
        _ kind: Kind, using generator: inout Generator
    ) -> IterativeInference {
        let soft = DeviationBounds.soft(-10...2)
        return switch kind {
        case .gated:
            IterativeInference(
                size: 4, units: [48, 48], iterations: 5, update: .gated(kept: 0.9), bounds: soft,
                using: &generator)
        case .learnedSGD:
            IterativeInference(
                size: 4, units: [48, 48], iterations: 5, update: .learnedSGD(),
                bounds: .hard(-10...2), using: &generator)
        case .natural:
            IterativeInference(
                size: 4, units: [48, 48], iterations: 5, update: .natural(),
                bounds: .hard(-10...2), using: &generator)
        case .errors:
            IterativeInference(
                size: 4, units: [48, 48], iterations: 5, encoding: .errors(8),
                update: .gated(kept: 0.9), bounds: soft, using: &generator)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a trained inference comes close to the evidence in five iterations`(kind: Kind) {
        var generator = Generator(seed: 11)
        let task = LinearGaussianAutoencoder(seed: 1, mixing: 0.02)
        let inference = Self.inference(kind, using: &generator)
        task.train(
            inference, updates: kind == .gated ? 600 : 200, learningRate: 3e-3, using: &generator)
        let data = task.data(512, using: &generator)
        let found = inference.infer(
            from: task.prior(512), errors: kind == .errors ? { task.errors($0, of: data) } : nil
        ) { task.bound($0, of: data) }
        let gaps = (task.evidence(of: data) - found.objectives.to(.float64)).mean(axis: 1)
            .doubles()
        #expect(gaps[5] < 0.05)
        #expect(gaps[5] < gaps[1])
        #expect(gaps[0] > 10)
        #expect(found.improvement.mean().item() > 10)
    }

    // Two columns of W change sign, so that what was seen means something else.
    @Test func `an objective that is exchanged is still optimized, unlike by an encoder`() {
        var generator = Generator(seed: 12)
        let task = LinearGaussianAutoencoder(seed: 1, mixing: 0.02)
        let inference = Self.inference(.gated, using: &generator)
        task.train(inference, updates: 300, learningRate: 3e-3, using: &generator)
        let encoder = Self.encoder(task, using: &generator)
        var other = task
        other.weight = task.weight * Tensor([1, -1, 1, -1] as [Float])
        let data = other.data(512, using: &generator)
        let evidence = other.evidence(of: data).mean().item()
        func gap(_ law: Normal) -> Double {
            evidence - withoutGradient { other.bound(law, of: data).mean().item() }
        }
        func infer(_ start: Normal) -> Normal {
            inference.infer(from: start) { other.bound($0, of: data) }.posterior
        }
        let encoded = withoutGradient { Self.law(encoder, data) }
        // For the task that it was made for the encoder is good.
        let own = task.data(512, using: &generator)
        let missed =
            task.evidence(of: own).mean().item()
            - task.bound(Self.law(encoder, own), of: own).mean().item()
        #expect(missed < 0.2)
        #expect(gap(encoded) > 2)
        #expect(gap(infer(other.prior(512))) < 0.2)
        // A start that it was never trained from.
        #expect(gap(infer(encoded)) < 1)
    }

    private static func law(_ encoder: MultilayerPerceptron, _ data: Tensor) -> Normal {
        let parts = encoder(data).split(sizes: [4, 4])
        return Normal(mean: parts[0], logStandardDeviation: parts[1], eventRank: 1)
    }

    /// A network from data to the posterior, trained on the same bound.
    private static func encoder(
        _ task: LinearGaussianAutoencoder, using generator: inout Generator
    ) -> MultilayerPerceptron {
        let encoder = MultilayerPerceptron(
            sizes: [10, 48, 8], activation: .elu, using: &generator)
        let optimizer = Adam(encoder.parameters, learningRate: 1e-2)
        for update in 0..<400 {
            optimizer.learningRate = 1e-2 * (1 - 0.9 * Double(update) / 400)
            let data = task.data(64, using: &generator)
            optimizer.minimize(-task.bound(law(encoder, data), of: data).mean())
        }
        return encoder
    }
}
