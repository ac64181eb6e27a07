import OptimistCore
import OptimistTorch

extension Normal {
    /// The normalized product of two densities, and the logarithm of its normalizer,
    /// log ∫ N₁ N₂ = log N(μ₁; μ₂, σ₁² + σ₂²), `[batch...]`.
    public func product(with other: Normal) -> (law: Normal, logNormalizer: Tensor) {
        if eventRank != other.eventRank {
            fail("Normal.product", "events of \(eventRank) and of \(other.eventRank) axes")
        }
        let (first, second) = (standardDeviation.square(), other.standardDeviation.square())
        let total = first + second
        let mean = (self.mean * second + other.mean * first) / total
        let deviation = (first * second / total).sqrt()
        let evidence = Normal(
            mean: other.mean, standardDeviation: total.sqrt(), eventRank: eventRank)
        return (
            Normal(mean: mean, standardDeviation: deviation, eventRank: eventRank),
            evidence.logDensity(self.mean)
        )
    }

    /// The law of scale · x + shift + noise, with independent noise of the given standard
    /// deviation.
    public func mapped(
        scale: Tensor, shift: Tensor, noiseDeviation: Tensor? = nil
    ) -> Normal {
        var deviation = (standardDeviation * scale).abs()
        if let noiseDeviation {
            deviation = (deviation.square() + noiseDeviation.square()).sqrt()
        }
        return Normal(
            mean: mean * scale + shift, standardDeviation: deviation, eventRank: eventRank)
    }

    /// The law with the mean and the element variances of a mixture: of all laws with independent
    /// elements, the one that the mixture diverges from least.
    public init(matching mixture: Mixture<Normal>) {
        self.init(
            mean: mixture.mean, standardDeviation: mixture.variance.sqrt(),
            eventRank: mixture.eventRank)
    }
}
