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
public enum BoundScope: Hashable, Sendable {
    /// The sum over the given number of steps.
    case trajectory(steps: Int)
    /// The mean over the valid steps, counted by actions.
    case perStep(validSteps: Int)
}

extension BoundScope: Codable {
    private enum Key: String, CodingKey { case trajectory, perStep }

    /// Writes `{"trajectory": 3}` or `{"perStep": 512}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .trajectory(let steps): try container.encode(steps, forKey: .trajectory)
        case .perStep(let validSteps): try container.encode(validSteps, forKey: .perStep)
        }
    }

    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError` unless exactly one of the two keys is there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch container.allKeys {
        case [.trajectory]:
            self = .trajectory(steps: try container.decode(Int.self, forKey: .trajectory))
        case [.perStep]:
            self = .perStep(validSteps: try container.decode(Int.self, forKey: .perStep))
        default:
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "a scope is either 'trajectory' or 'perStep'"))
        }
    }
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
