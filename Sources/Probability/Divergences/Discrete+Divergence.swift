import OptimistCore
import OptimistTorch

extension Categorical {
    /// KL(self ‖ other) = Σ p (log p − log q), `[batch...]`; +∞ where the other law excludes a
    /// class that this one does not.
    public func divergence(to other: Categorical) -> Tensor {
        let difference = logProbabilities - other.logProbabilities
        let probabilities = self.probabilities
        // An excluded class counts nothing, whatever the other law thinks of it.
        let known = difference.maskedFill((probabilities .== 0).broadcast(to: difference.shape), 0)
        return (probabilities * known).sum(axis: -1)
    }
}

extension OneHotStraightThrough {
    /// KL(self ‖ other) = Σ p (log p − log q), `[batch...]`, summed over groups.
    public func divergence(to other: OneHotStraightThrough) -> Tensor {
        if eventRank != other.eventRank {
            fail(
                "OneHotStraightThrough.divergence",
                "events of \(eventRank) and of \(other.eventRank) axes")
        }
        let difference = logProbabilities - other.logProbabilities
        return (probabilities * difference).summed(lastAxes: eventRank)
    }
}

extension Bernoulli {
    /// KL(self ‖ other), `[batch...]`: p (l₁ − l₂) − log(1 + exp l₁) + log(1 + exp l₂) for logits.
    public func divergence(to other: Bernoulli) -> Tensor {
        if eventRank != other.eventRank {
            fail("Bernoulli.divergence", "events of \(eventRank) and of \(other.eventRank) axes")
        }
        let linear = mean * (logits - other.logits)
        let each = linear - (logits.softplus() - other.logits.softplus())
        return each.summed(lastAxes: eventRank)
    }
}
