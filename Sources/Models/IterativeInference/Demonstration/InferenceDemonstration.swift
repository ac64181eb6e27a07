import OptimistCore
import OptimistProbability
import OptimistTorch

/// What learned iterations bring beyond an encoder that says everything at once (Marino, Yue and
/// Mandt 2018): both are trained on the same bound with the same updates, and both are then asked
/// about a model that they do not know.
///
/// Gaps are log p(x) less the bound, a mean over fresh data, in nats.
public struct InferenceDemonstration {
    /// Gaps in one model.
    public struct Gaps: Sendable {
        /// Of the prior, where the iterations start, and after each of them.
        public var fromPrior: [Double]
        /// Of what the encoder says.
        public var encoder: Double
        /// Of the same as the iterations go on from there.
        public var fromEncoder: [Double]
        /// Of the best law with independent numbers: what neither can undercut.
        public var best: Double
    }

    /// In the model of the training.
    public let known: Gaps
    /// Where two columns of W have changed sign, so that what is seen means something else.
    public let changed: Gaps

    /// Iterations while training; twice as many are shown.
    public static let iterations = 5

    /// Trains both networks.
    ///
    /// - Parameters:
    ///   - updates: of Adam for each, with 64 rows in each.
    ///   - seed: of weights and data.
    public init(updates: Int = 600, seed: UInt64 = 0) {
        var generator = Generator(seed: seed)
        let task = LinearGaussianAutoencoder(seed: 1, mixing: 0.02)
        let inference = IterativeInference(
            size: 4, units: [48, 48], iterations: Self.iterations, update: .natural(rate: 0.1),
            bounds: .hard(-10...2), using: &generator)
        task.train(inference, updates: updates, learningRate: 3e-3, using: &generator)
        let encoder = Self.encoder(task, updates: updates, using: &generator)
        var other = task
        other.weight = task.weight * Tensor([1, -1, 1, -1] as [Float])
        known = Self.gaps(task, inference, encoder, using: &generator)
        changed = Self.gaps(other, inference, encoder, using: &generator)
    }

    private static func gaps(
        _ task: LinearGaussianAutoencoder, _ inference: IterativeInference,
        _ encoder: MultilayerPerceptron, using generator: inout Generator
    ) -> Gaps {
        let data = task.data(2_048, using: &generator)
        let evidence = task.evidence(of: data)
        func gap(_ bound: Tensor) -> Double { (evidence - bound.to(.float64)).mean().item() }
        func refined(_ start: Normal) -> [Double] {
            let found = inference.infer(from: start, iterations: 2 * iterations) {
                task.bound($0, of: data)
            }
            return (0...2 * iterations).map { gap(found.objectives.select(axis: 0, $0)) }
        }
        let said = withoutGradient { law(encoder, data) }
        let exact = task.posterior(of: data)
        let independent = Normal(
            mean: exact.mean,
            logStandardDeviation: (task.precision.diagonal().log() * -0.5)
                .expanded(exact.mean.shape), eventRank: 1)
        return Gaps(
            fromPrior: refined(task.prior(2_048)), encoder: gap(task.bound(said, of: data)),
            fromEncoder: refined(said), best: gap(task.bound(independent, of: data)))
    }

    private static func law(_ encoder: MultilayerPerceptron, _ data: Tensor) -> Normal {
        let parts = encoder(data).split(sizes: [4, 4])
        return Normal(mean: parts[0], logStandardDeviation: parts[1], eventRank: 1)
    }

    /// A network from data to the posterior, of the same units, trained as long on the same bound.
    private static func encoder(
        _ task: LinearGaussianAutoencoder, updates: Int, using generator: inout Generator
    ) -> MultilayerPerceptron {
        let encoder = MultilayerPerceptron(
            sizes: [10, 48, 48, 8], activation: .elu, using: &generator)
        let rate = 3e-3
        let optimizer = Adam(encoder.parameters, learningRate: rate)
        for update in 0..<updates {
            optimizer.learningRate = rate * (1 - 0.9 * Double(update) / Double(updates))
            let data = task.data(64, using: &generator)
            optimizer.minimize(-task.bound(law(encoder, data), of: data).mean(), clippingNorm: 10)
        }
        return encoder
    }
}
