import Foundation

/// A safe and a risky action, and what inference over actions makes of risk.
///
/// The safe action pays a certain reward, the risky one 0 or 1 with equal chances. The optimum of
/// the bound weighs an action by exp(α E[R]) and is neutral to risk; the posterior given optimality
/// weighs it by E[exp(α R)], as if the dice could be steered. A sampler that gives each imagined
/// future its own weight is optimistic; averaging M futures of an action before exponentiating
/// leads from there to neutrality, and so does, from the other side, the softmax of means.
public struct OptimismDemonstration: Sendable {
    /// What the safe action pays.
    public var safeReward: Double
    /// α, nats per unit of reward.
    public var rewardScale: Double

    /// A safe reward of 0.6 at 5 nats per unit of reward unless said otherwise.
    public init(safeReward: Double = 0.6, rewardScale: Double = 5) {
        self.safeReward = safeReward
        self.rewardScale = rewardScale
    }

    /// q(safe) ∝ exp(α E[R]): the bound's optimum.
    public var neutral: Double { share(ofRisky: exp(rewardScale / 2)) }

    /// q(safe) of the posterior given optimality, which weighs by E[exp(α R)].
    public var optimistic: Double { weighted(futures: 1) }

    /// q(safe) where particles are weighed by exp(α · mean of M futures), for many particles.
    public func weighted(futures count: Int) -> Double {
        share(ofRisky: pow((1 + exp(rewardScale / Double(count))) / 2, Double(count)))
    }

    /// The mean of q(safe) where each action's value is the mean of M futures, and q their softmax:
    /// noise in the means pulls towards indifference.
    public func averaged(futures count: Int) -> Double {
        var logBinomial = -Double(count) * log(2)
        var sum = 0.0
        for wins in 0...count {
            let risky = exp(rewardScale * Double(wins) / Double(count))
            sum += exp(logBinomial) * share(ofRisky: risky)
            logBinomial += log(Double(count - wins)) - log(Double(wins + 1))
        }
        return sum
    }

    private func share(ofRisky weight: Double) -> Double {
        let safe = exp(rewardScale * safeReward)
        return safe / (safe + weight)
    }
}
