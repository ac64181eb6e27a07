import OptimistCore
import OptimistTorch

/// The logarithm of a ratio of densities, log p(x) / q(x), learned by telling draws of p from draws of q
/// (Sugiyama, Suzuki and Kanamori 2012; Goodfellow et al. 2014).
///
/// A network's output is the logit of D(x), the probability that x is of p where both come equally
/// often; what is lowered is
///
///     −E_p log D − E_q log(1 − D) − entropyWeight · E H(D)
///
/// with the mean entropy of all rows. At its lowest, without the last term, the logit is the log-ratio
/// in nats and the loss 2 log 2 − 2 JSD(p ‖ q).
public final class DensityRatio {
    /// What an update did.
    public struct Progress: Equatable, Sendable {
        /// The loss before it, in nats, without the entropy.
        public var loss: Double
        /// The share of draws of p that were taken for such.
        public var recall: Double
        /// The share of draws of q that were taken for such.
        public var specificity: Double
        /// The gradient's global norm.
        public var gradientNorm: Double
    }

    /// Rows to logits.
    public let network: FusedNetwork
    /// What a nat of the discriminator's entropy is worth.
    public let entropyWeight: Double
    private let learner: FusedLearner

    /// A ratio that is about 1 everywhere.
    ///
    /// - Parameters:
    ///   - inputs: numbers in a row.
    ///   - units: widths of the hidden layers; none for a logit that is linear.
    ///   - activation: between layers.
    ///   - learningRate: the size of a step of Adam.
    ///   - entropyWeight: what a nat of the discriminator's entropy is worth.
    ///   - generator: draws the weights.
    public init(
        inputs: Int, units: [Int] = [100, 100], activation: Activation = .tanh,
        learningRate: Double = 1e-3, entropyWeight: Double = 0, using generator: inout Generator
    ) {
        network = FusedNetwork(
            sizes: [inputs] + units + [1], activation: activation,
            hidden: .orthogonal(gain: 2.0.squareRoot()), output: .orthogonal(gain: 0.01),
            using: &generator)
        self.entropyWeight = entropyWeight
        learner = FusedLearner([network], learningRate: learningRate)
    }

    /// log p(x) / q(x) of rows, in nats: `[rows]` for `[rows, inputs]`; constants to gradients.
    public func callAsFunction(_ rows: Tensor) -> Tensor {
        network.predict(rows).squeezed(axis: 0).squeezed(axis: 1)
    }

    /// One step of Adam; classes weigh alike, however many rows each has.
    ///
    /// - Parameters:
    ///   - numerator: draws of p, `[rows, inputs]`.
    ///   - denominator: draws of q, `[rows, inputs]`.
    @discardableResult
    public func update(numerator: Tensor, denominator: Tensor) -> Progress {
        let count = numerator.size(axis: 0)
        let rows = Tensor.concatenated([numerator, denominator], axis: 0)
        var progress = Progress(loss: 0, recall: 0, specificity: 0, gradientNorm: 0)
        let norm = learner.minimize(rows) { outputs in
            let logits = outputs[0].squeezed(axis: 1)
            let (p, q) = (
                logits.slice(axis: 0, 0..<count),
                logits.slice(axis: 0, count..<logits.count)
            )
            let loss = (-p).softplus().mean() + q.softplus().mean()
            progress = withoutGradient {
                Progress(
                    loss: loss.item(), recall: (p .> 0).to(.float32).mean().item(),
                    specificity: (q .<= 0).to(.float32).mean().item(), gradientNorm: 0)
            }
            guard entropyWeight > 0 else { return loss }
            let entropy = (logits.softplus() - logits * logits.sigmoid()).mean()
            return loss - entropy * entropyWeight
        }
        progress.gradientNorm = norm
        return progress
    }

    /// A ratio fitted to draws by steps on all of them.
    ///
    /// - Parameters:
    ///   - numerator: draws of p, `[rows, inputs]`.
    ///   - denominator: draws of q, `[rows, inputs]`.
    ///   - units: widths of the hidden layers; none for a logit that is linear.
    ///   - learningRate: the size of a step of Adam.
    ///   - steps: how many.
    ///   - generator: draws the weights.
    public static func fit(
        numerator: Tensor, denominator: Tensor, units: [Int] = [100, 100],
        learningRate: Double = 1e-3, steps: Int = 1_000, using generator: inout Generator
    ) -> DensityRatio {
        let ratio = DensityRatio(
            inputs: numerator.size(axis: 1), units: units, learningRate: learningRate,
            using: &generator)
        for _ in 0..<steps { ratio.update(numerator: numerator, denominator: denominator) }
        return ratio
    }

    /// Stores network and optimizer.
    public func save(to archive: Archive) {
        network.save(to: archive.scope("network"))
        learner.save(to: archive.scope("learner"))
    }

    /// Reads what `save` wrote.
    ///
    /// - Throws: `ArchiveError` where a part is missing or of another shape.
    public func load(from archive: Archive) throws(ArchiveError) {
        try network.load(from: archive.scope("network"))
        try learner.load(from: archive.scope("learner"))
    }
}
