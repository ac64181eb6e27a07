import OptimistCore
import OptimistTorch

// Divergences of laws on intervals: +∞ wherever the first law reaches outside of the second.

/// Stops where two laws disagree about the axes of one outcome.
private func requireSameEvents(_ operation: String, _ first: Int, _ second: Int) {
    if first != second { fail(operation, "events of \(first) and of \(second) axes") }
}

/// The elements, with +∞ where [low, high] is not within [outerLow, outerHigh].
private func infinite(
    _ each: Tensor, where low: Tensor, _ high: Tensor, leaves outerLow: Tensor, _ outerHigh: Tensor
) -> Tensor {
    let leaves = (low .< outerLow) .| (high .> outerHigh)
    return each.maskedFill(leaves.broadcast(to: each.shape), .infinity)
}

extension Beta {
    /// KL(self ‖ other), `[batch...]`: log B₂ − log B₁ + (c₁ − d₁) ψ(c₁) + (c₀ − d₀) ψ(c₀)
    /// − (c₁ + c₀ − d₁ − d₀) ψ(c₁ + c₀).
    public func divergence(to other: Beta) -> Tensor {
        requireSameEvents("Beta.divergence", eventRank, other.eventRank)
        let first = (concentration1 - other.concentration1) * concentration1.digamma()
        let second = (concentration0 - other.concentration0) * concentration0.digamma()
        let third = (total - other.total) * total.digamma()
        let each = other.logNormalizer - logNormalizer + first + second - third
        return each.summed(lastAxes: eventRank)
    }

    /// KL(self ‖ uniform), `[batch...]`: log width − H(self), if the interval covers [0, 1].
    public func divergence(to other: Uniform) -> Tensor {
        requireSameEvents("Beta.divergence", eventRank, other.eventRank)
        let single = Beta(
            concentration1: concentration1, concentration0: concentration0, eventRank: 0)
        let zeros = Tensor.zeros(like: concentration1)
        let each = other.width.log() - single.entropy!
        return infinite(each, where: zeros, zeros + 1, leaves: other.low, other.high)
            .summed(lastAxes: eventRank)
    }
}

extension Uniform {
    /// KL(self ‖ other), `[batch...]`: the logarithm of the ratio of volumes.
    public func divergence(to other: Uniform) -> Tensor {
        requireSameEvents("Uniform.divergence", eventRank, other.eventRank)
        return infinite(
            other.width.log() - width.log(), where: low, high, leaves: other.low, other.high
        ).summed(lastAxes: eventRank)
    }

    /// KL(self ‖ normal), `[batch...]`.
    public func divergence(to other: Normal) -> Tensor {
        requireSameEvents("Uniform.divergence", eventRank, other.eventRank)
        let scale = other.standardDeviation
        let each = energy(location: other.mean, scale: scale) - width.log() + logSqrtTwoPi
        return (each + other.logStandardDeviation).summed(lastAxes: eventRank)
    }

    /// KL(self ‖ truncated normal), `[batch...]`.
    public func divergence(to other: TruncatedNormal) -> Tensor {
        requireSameEvents("Uniform.divergence", eventRank, other.eventRank)
        let energy = energy(location: other.location, scale: other.scale)
        let each = energy - width.log() + other.scale.log() + other.edges.logMass + logSqrtTwoPi
        return infinite(each, where: low, high, leaves: other.low, other.high)
            .summed(lastAxes: eventRank)
    }

    /// E[(x − location)²] / 2 scale².
    private func energy(location: Tensor, scale: Tensor) -> Tensor {
        ((mean - location).square() + variance) / scale.square() * 0.5
    }
}

extension TruncatedNormal {
    /// KL(self ‖ other), `[batch...]`.
    public func divergence(to other: TruncatedNormal) -> Tensor {
        requireSameEvents("TruncatedNormal.divergence", eventRank, other.eventRank)
        let normalizer = other.scale.log() + other.edges.logMass + logSqrtTwoPi
        let each = energy(location: other.location, scale: other.scale) + normalizer + negentropy
        return infinite(each, where: low, high, leaves: other.low, other.high)
            .summed(lastAxes: eventRank)
    }

    /// KL(self ‖ normal), `[batch...]`.
    public func divergence(to other: Normal) -> Tensor {
        requireSameEvents("TruncatedNormal.divergence", eventRank, other.eventRank)
        let normalizer = other.logStandardDeviation + logSqrtTwoPi
        let energy = energy(location: other.mean, scale: other.standardDeviation)
        return (energy + normalizer + negentropy).summed(lastAxes: eventRank)
    }

    /// KL(self ‖ uniform), `[batch...]`: log width − H(self).
    public func divergence(to other: Uniform) -> Tensor {
        requireSameEvents("TruncatedNormal.divergence", eventRank, other.eventRank)
        return infinite(
            other.width.log() + negentropy, where: low, high, leaves: other.low, other.high
        ).summed(lastAxes: eventRank)
    }

    /// E[(x − location)²] / 2 scale².
    private func energy(location: Tensor, scale: Tensor) -> Tensor {
        let edges = self.edges
        return ((edges.mean - location).square() + edges.variance) / scale.square() * 0.5
    }

    /// −H of each element.
    private var negentropy: Tensor {
        -TruncatedNormal(location: location, scale: scale, low: low, high: high, eventRank: 0)
            .entropy!
    }
}
