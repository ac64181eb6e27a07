/// What a bound was summed or averaged over, and how its values were obtained.
public struct BoundContext: Codable, Hashable, Sendable {
    /// Sum over a trajectory, or mean over steps.
    public var scope: BoundScope
    /// Where the expectation came from.
    public var source: BoundSource
    /// The discount inside the sums, 1 for none.
    public var discount: Double
    /// Nats per unit of reward, the inverse of the temperature.
    public var rewardScale: Double
    /// Subtracted from each reward before scaling, 0 unless given.
    public var rewardOffset: Double
    /// Standard errors by the name of the term, where terms are estimates.
    public var standardErrors: [String: Double]

    /// A context; undiscounted, unit reward scale and exact terms unless said otherwise.
    public init(
        scope: BoundScope, source: BoundSource, discount: Double = 1, rewardScale: Double = 1,
        rewardOffset: Double = 0, standardErrors: [String: Double] = [:]
    ) {
        self.scope = scope
        self.source = source
        self.discount = discount
        self.rewardScale = rewardScale
        self.rewardOffset = rewardOffset
        self.standardErrors = standardErrors
    }
}

/// The extent of a bound.
public enum BoundScope: Codable, Hashable, Sendable {
    /// The sum over the given number of steps.
    case trajectory(steps: Int)
    /// The mean over the valid steps, counted by actions.
    case perStep(validSteps: Int)
}

/// Where the expectation in a bound came from.
public enum BoundSource: String, Codable, Sendable {
    /// Computed without sampling.
    case exact
    /// Steps of the environment as they happened.
    case rollout
    /// Steps sampled from a replay buffer.
    case replay
    /// Steps imagined in a model.
    case imagination
}
