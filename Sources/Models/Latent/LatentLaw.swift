import OptimistCore
import OptimistProbability
import OptimistTorch

/// A law of the sampled state z, batch `[...]`, event `[latent]`.
public enum LatentLaw: ReparameterizedDistribution, DistributionWithMoments {
    /// Independent normal numbers.
    case gaussian(Normal)
    /// One-hot vectors.
    case categorical(OneHotStraightThrough)

    /// The law itself, for what asks for its kind, such as the sum over all outcomes.
    public var base: any ReparameterizedDistribution & DistributionWithMoments {
        switch self {
        case .gaussian(let law): law
        case .categorical(let law): law
        }
    }

    /// The normal law; nil for another kind.
    public var normal: Normal? {
        if case .gaussian(let law) = self { return law }
        return nil
    }

    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { base.batchShape }
    /// `[latent]`.
    public var eventShape: [Int] { base.eventShape }
    /// The mean, `[..., latent]`: the probabilities of one-hot vectors.
    public var mean: Tensor { base.mean }
    /// The variance of each entry, `[..., latent]`.
    public var variance: Tensor { base.variance }
    /// The deviation of each entry, `[..., latent]`.
    public var standardDeviation: Tensor { normal?.standardDeviation ?? variance.sqrt() }
    /// The entropy, `[...]`, in nats.
    public var entropy: Tensor? { base.entropy }
    /// Whether all parameters are numbers.
    public var isValid: Bool { base.isValid }

    /// Independent draws, constants to gradients.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        base.sample(shape, using: &generator)
    }

    /// Draws through which gradients reach the parameters, straight through for one-hot vectors.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        base.reparameterizedSample(shape, using: &generator)
    }

    /// The log-density of a normal law, the log-probability of one-hot vectors.
    public func logDensity(_ value: Tensor) -> Tensor { base.logDensity(value) }

    /// KL(self ‖ other), `[...]`, in nats, of laws of one kind.
    public func divergence(to other: LatentLaw) -> Tensor {
        switch (self, other) {
        case (.gaussian(let law), .gaussian(let other)): return law.divergence(to: other)
        case (.categorical(let law), .categorical(let other)): return law.divergence(to: other)
        default: fail("LatentLaw.divergence", "laws of two kinds")
        }
    }

    /// The draw that noise makes, differentiable in the parameters: mean + deviation · noise, or
    /// the one-hot vector of the greatest log-probability plus noise.
    ///
    /// - Parameter noise: as `LatentKind.noise` draws it, `[..., latent]`.
    public func draw(of noise: Tensor) -> Tensor {
        switch self {
        case .gaussian(let law): return law.mean + law.standardDeviation * noise
        case .categorical(let law):
            let vector = (law.logProbabilities.detached() + noise).argmax(axis: -1)
                .oneHot(classes: law.classes, type: law.logProbabilities.elementType)
            return vector + (law.probabilities - law.probabilities.detached())
        }
    }

    /// Laws of one kind one after the other, along a new first axis.
    static func stacked(_ laws: [LatentLaw]) -> LatentLaw {
        if case .categorical = laws[0] {
            let logits = laws.map { law -> Tensor in
                guard case .categorical(let law) = law else {
                    fail("LatentLaw.stacked", "laws of two kinds")
                }
                return law.logProbabilities
            }
            return .categorical(OneHotStraightThrough(logits: .stacked(logits)))
        }
        return .gaussian(
            Normal(
                mean: .stacked(laws.map(\.mean)),
                standardDeviation: .stacked(laws.map(\.standardDeviation)), eventRank: 1))
    }
}
