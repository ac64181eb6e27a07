import OptimistCore
import OptimistTorch

/// Laws over one-hot vectors whose draws have straight-through gradients (Bengio, Léonard and
/// Courville, 2013; Hafner et al., 2020): forward a one-hot vector, backward the probabilities.
///
/// With `eventRank` 2 one outcome holds several groups, `[groups, classes]`. Logits are finite.
public struct OneHotStraightThrough: ReparameterizedDistribution, DistributionWithMoments,
    DistributionWithMode
{
    /// The normalized log-probabilities, `[batch..., groups..., classes]`.
    public let logProbabilities: Tensor
    /// The probabilities, of the same shape.
    public let probabilities: Tensor
    /// The number of axes of one outcome: 1 for one group of classes, 2 for a row of groups.
    public let eventRank: Int

    /// The law with probabilities ∝ exp(logits), of which a share `unimix` is replaced by the
    /// uniform law: every probability is then at least unimix / classes, and a divergence to such a
    /// law at most log(classes / unimix) for each group (Hafner et al., 2023).
    public init(logits: Tensor, unimix: Double = 0, eventRank: Int = 1) {
        let law = mixed("OneHotStraightThrough", logits, unimix)
        logProbabilities = law.logProbabilities
        // Not from the logarithms: rounding would take the probabilities below their bound.
        probabilities = law.probabilities ?? law.logProbabilities.exp()
        self.eventRank = eventRank
        requireEventRank("OneHotStraightThrough", logits.shape, eventRank)
        if eventRank == 0 { fail("OneHotStraightThrough", "an event has at least one axis") }
    }

    /// The number of classes.
    public var classes: Int { logProbabilities.size(axis: -1) }
    /// The batch axes followed by the event axes.
    public var shape: [Int] { logProbabilities.shape }
    /// The axes that tell apart laws with different parameters.
    public var batchShape: [Int] { shape.dropLast(eventRank) }
    /// The axes of one outcome.
    public var eventShape: [Int] { shape.suffix(eventRank) }

    /// The probabilities.
    public var mean: Tensor { probabilities }
    /// p (1 − p).
    public var variance: Tensor { probabilities * (1 - probabilities) }
    /// The one-hot vector of the largest probability.
    public var mode: Tensor { oneHot(logProbabilities.argmax(axis: -1)) }

    private func oneHot(_ indices: Tensor) -> Tensor {
        indices.oneHot(classes: classes, type: logProbabilities.elementType)
    }

    /// Independent one-hot draws, constants to gradients.
    public func sample(_ shape: [Int], using generator: inout Generator) -> Tensor {
        oneHot(drawIndices(probabilities.detached(), shape, using: &generator))
    }

    /// Draws that are exactly one-hot and have the gradient of the probabilities.
    public func reparameterizedSample(
        _ shape: [Int], using generator: inout Generator
    ) -> Tensor {
        // The difference is exactly 0, so that adding it does not disturb the ones.
        sample(shape, using: &generator) + (probabilities - probabilities.detached())
    }

    /// The mode with the gradient of the probabilities.
    public var straightThroughMode: Tensor {
        mode + (probabilities - probabilities.detached())
    }

    /// The log-probability of one-hot values `[sample..., batch..., event...]`; differentiable
    /// with respect to the value too.
    public func logDensity(_ value: Tensor) -> Tensor {
        requireEvent("OneHotStraightThrough.logDensity", value, shape, eventRank)
        return (value * logProbabilities).summed(lastAxes: eventRank)
    }

    /// −Σ p log p, summed over groups.
    public var entropy: Tensor? {
        -(probabilities * logProbabilities).summed(lastAxes: eventRank)
    }

    /// Whether all log-probabilities are finite.
    public var isValid: Bool { allFinite(logProbabilities) }
}
