import OptimistCore

/// Posterior sampling for reinforcement learning in tables (Strens 2000; Osband, Van Roy and Russo
/// 2013, arXiv 1306.0940).
///
/// For each episode one model is drawn from the posterior and solved; its policy acts until the
/// episode is over: π = E_{M ~ p(M | D)} π*_M, probability matching. A model is kept for the whole
/// episode, because a new one at each step would not carry a plan through to what it wants to find
/// out.
///
/// An agent calls `beginEpisode`, then `act` and `update` once a step.
public struct PosteriorSampling: Codable, Equatable, Sendable {
    /// How a sampled model is solved.
    public enum Planning: Codable, Equatable, Sendable {
        /// The largest expected reward.
        case hard
        /// The bound under a uniform prior over actions; nats per unit of reward.
        case soft(rewardScale: Double)

        var isValid: Bool {
            guard case .soft(let rewardScale) = self else { return true }
            return rewardScale > 0 && rewardScale.isFinite
        }
    }

    /// What is known of the environment.
    public private(set) var posterior: TabularPosterior
    /// The number of steps of an episode.
    public let horizon: Int
    /// How a sampled model is solved.
    public let planning: Planning
    /// π_t(a | s) of the model of this episode, `[horizon][states × actions]`; empty before the
    /// first one.
    public private(set) var policy: [[Double]]

    /// A learner.
    ///
    /// - Parameters:
    ///   - posterior: what is known beforehand.
    ///   - horizon: the number of steps of an episode, at least 1.
    ///   - planning: how sampled models are solved.
    public init(_ posterior: TabularPosterior, horizon: Int, planning: Planning = .hard) {
        if horizon < 1 || !planning.isValid {
            fail("PosteriorSampling", "horizon \(horizon), \(planning)")
        }
        self.posterior = posterior
        self.horizon = horizon
        self.planning = planning
        policy = []
    }

    /// Draws a model and solves it.
    ///
    /// - Throws: `PosteriorSamplingError.planning`.
    public mutating func beginEpisode(
        using generator: inout Generator
    ) throws(PosteriorSamplingError) {
        let model = posterior.sample(using: &generator)
        do {
            let program =
                switch planning {
                case .hard: try SoftDynamicProgramming(model, objective: .hard)
                case .soft(let scale): try SoftDynamicProgramming(model, rewardScale: scale)
                }
            policy = try program.solve(horizon: horizon).policy
        } catch {
            throw .planning(error)
        }
    }

    /// π_t(· | s) of this episode, `[actions]`.
    ///
    /// - Parameters:
    ///   - state: s.
    ///   - step: t, from 0, below the horizon.
    public func actionLaw(state: Int, step: Int) -> [Double] {
        if !policy.indices.contains(step) {
            fail("PosteriorSampling.actionLaw", "step \(step) of \(policy.count)")
        }
        let first = posterior.pair(state, 0)
        return Array(policy[step][first..<first + posterior.actions])
    }

    /// The action in a state; a draw where the policy is soft.
    ///
    /// - Parameters:
    ///   - state: s.
    ///   - step: t, from 0, below the horizon.
    ///   - generator: where the draw comes from; a hard policy draws nothing.
    public func act(state: Int, step: Int, using generator: inout Generator) -> Int {
        let law = actionLaw(state: state, step: step)
        return law.firstIndex(of: 1) ?? generator.categorical(law)
    }

    /// Learns from one step. What follows the last step of an episode is not recorded: nothing that
    /// the agent does after it counts.
    ///
    /// - Parameters:
    ///   - state: s.
    ///   - action: a.
    ///   - reward: r, finite, in reward units.
    ///   - successor: what followed.
    ///   - step: t, from 0.
    public mutating func update(
        state: Int, action: Int, reward: Double, successor: TabularPosterior.Successor, step: Int
    ) {
        posterior.update(
            state: state, action: action, reward: reward,
            successor: step == horizon - 1 ? .unrecorded : successor)
    }
}

extension PosteriorSampling {
    private enum CodingKeys: String, CodingKey { case posterior, horizon, planning, policy }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        posterior = try container.decode(TabularPosterior.self, forKey: .posterior)
        horizon = try container.decode(Int.self, forKey: .horizon)
        planning = try container.decode(Planning.self, forKey: .planning)
        policy = try container.decode([[Double]].self, forKey: .policy)
        let count = posterior.states * posterior.actions
        let fits =
            horizon > 0 && planning.isValid && (policy.isEmpty || policy.count == horizon)
            && policy.allSatisfy { $0.count == count && $0.allSatisfy { $0 >= 0 } }
        if !fits {
            throw DecodingError.dataCorruptedError(
                forKey: .policy, in: container,
                debugDescription: "the policy does not fit \(horizon) steps and \(count) pairs")
        }
    }
}
