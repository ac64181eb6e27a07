import OptimistCore
import OptimistTorch

/// Laws over 0 and 1 with independent elements, given by finite logits log(p / (1 − p)).
public struct Bernoulli: DistributionWithMoments, DistributionWithMode {
    /// log(p / (1 − p)), `[batch..., event...]`.
    public let logits: Tensor
    /// The number of axes of one outcome.
    public let eventRank: Int

    /// The law with the given logits.
    public init(logits: Tensor, eventRank: Int) {
        requireEventRank("Bernoulli", logits.shape, eventRank)
        self.logits = logits
        self.eventRank = eventRank
    }

    /// The law with the given probabilities of 1, inside (0, 1).
    public init(probabilities: Tensor, eventRank: Int) {
        self.init(
            logits: probabilities.log() - (-probabilities).log1p(), eventRank: eventRank)
    }

    /// The batch axes followed by the event axes.
    public var shape: [Int] { logits.shape }
    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { shape.dropLast(eventRank) }
    /// The axes of one outcome.
    public var eventShape: [Int] { shape.suffix(eventRank) }

    /// The probability of 1.
    public var mean: Tensor { logits.sigmoid() }
    /// p (1 − p), exact for large logits of either sign.
    public var variance: Tensor { logits.sigmoid() * (-logits).sigmoid() }
    /// 1 where its probability exceeds ½, else 0.
    public var mode: Tensor { (logits .> 0).to(logits.elementType) }

    /// Independent draws of zeros and ones, of the logits' type.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        let probabilities = withoutGradient { mean.broadcast(to: shape + self.shape) }
        return Tensor.bernoulli(probabilities: probabilities, using: &generator)
    }

    /// The log-probability, x · logit − log(1 + exp logit); values between 0 and 1 give the
    /// negative cross-entropy to them.
    public func logDensity(_ value: Tensor) -> Tensor {
        requireEvent("Bernoulli.logDensity", value, shape, eventRank)
        return (value * logits - logits.softplus()).summed(lastAxes: eventRank)
    }

    /// Σ log(1 + exp logit) − p · logit.
    public var entropy: Tensor? {
        (logits.softplus() - mean * logits).summed(lastAxes: eventRank)
    }

    /// Whether all logits are finite.
    public var isValid: Bool { allFinite(logits) }
}
