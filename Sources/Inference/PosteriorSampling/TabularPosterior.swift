import Foundation
import OptimistCore

/// What counts tell of a finite model: p(s′ | s, a) ~ Dirichlet, E[r | s, a] ~ Normal, independent
/// over pairs, so that the posterior is exact (Osband, Van Roy and Russo 2013, arXiv 1306.0940).
///
/// Sums are kept, not means: the posterior does not depend on the order of the data, but for
/// rounding.
public struct TabularPosterior: Codable, Equatable, Sendable {
    /// What is believed before any data.
    public struct Prior: Codable, Equatable, Sendable {
        /// The concentration of each successor. One over many successors expects all of them, and
        /// so is optimistic about what can be reached.
        public var transitionConcentration: Double
        /// The mean of mean rewards.
        public var rewardMean: Double
        /// The precision of mean rewards, one over the variance.
        public var rewardPrecision: Double
        /// The precision of a reward around its mean, which is held to be known.
        public var noisePrecision: Double

        /// A prior; the defaults are those of Osband's TabulaRL.
        public init(
            transitionConcentration: Double = 1, rewardMean: Double = 0,
            rewardPrecision: Double = 1, noisePrecision: Double = 1
        ) {
            self.transitionConcentration = transitionConcentration
            self.rewardMean = rewardMean
            self.rewardPrecision = rewardPrecision
            self.noisePrecision = noisePrecision
        }

        var isValid: Bool {
            [transitionConcentration, rewardPrecision, noisePrecision]
                .allSatisfy { $0 > 0 && $0.isFinite } && rewardMean.isFinite
        }
    }

    /// What followed an action.
    public enum Successor: Codable, Equatable, Sendable {
        /// The next state.
        case state(Int)
        /// The task ended; only where the posterior has an end.
        case end
        /// Nothing is learned of it, as of what follows the last step of an episode.
        case unrecorded
    }

    /// What is believed before any data.
    public let prior: Prior
    /// The number of states.
    public let states: Int
    /// The number of actions, all available in every state.
    public let actions: Int
    /// Whether episodes may end: one more outcome of every pair.
    public let hasEnd: Bool
    /// How often each outcome was observed, `[states, actions, outcomes]`.
    public private(set) var transitionCounts: [Double]
    /// How often the reward of each pair was observed, `[states, actions]`.
    public private(set) var rewardCounts: [Double]
    /// The sum of the rewards of each pair, `[states, actions]`.
    public private(set) var rewardSums: [Double]

    /// The posterior without data.
    ///
    /// - Parameters:
    ///   - states: the number of states, at least 1.
    ///   - actions: the number of actions, at least 1.
    ///   - hasEnd: whether episodes may end.
    ///   - prior: what is believed before any data.
    public init(states: Int, actions: Int, hasEnd: Bool = false, prior: Prior = Prior()) {
        if states < 1 || actions < 1 || !prior.isValid {
            fail("TabularPosterior", "\(states) states, \(actions) actions, \(prior)")
        }
        self.prior = prior
        self.states = states
        self.actions = actions
        self.hasEnd = hasEnd
        let outcomes = states + (hasEnd ? 1 : 0)
        transitionCounts = Array(repeating: 0, count: states * actions * outcomes)
        rewardCounts = Array(repeating: 0, count: states * actions)
        rewardSums = rewardCounts
    }

    /// States, and the end where there is one.
    public var outcomes: Int { states + (hasEnd ? 1 : 0) }

    func pair(_ state: Int, _ action: Int) -> Int {
        if !(0..<states).contains(state) || !(0..<actions).contains(action) {
            fail(
                "TabularPosterior",
                "state \(state) of \(states), action \(action) of \(actions)")
        }
        return state * actions + action
    }

    /// Learns from one step.
    ///
    /// - Parameters:
    ///   - state: s.
    ///   - action: a.
    ///   - reward: r, finite, in reward units.
    ///   - successor: what followed.
    public mutating func update(
        state: Int, action: Int, reward: Double, successor: Successor
    ) {
        let pair = pair(state, action)
        if !reward.isFinite { fail("TabularPosterior.update", "reward \(reward)") }
        rewardCounts[pair] += 1
        rewardSums[pair] += reward
        switch successor {
        case .unrecorded: return
        case .state(let next):
            if !(0..<states).contains(next) {
                fail("TabularPosterior.update", "successor \(next) of \(states) states")
            }
            transitionCounts[pair * outcomes + next] += 1
        case .end:
            if !hasEnd { fail("TabularPosterior.update", "an end without hasEnd") }
            transitionCounts[pair * outcomes + states] += 1
        }
    }

    /// The law of p(· | s, a); the end comes last.
    public func transitionLaw(state: Int, action: Int) -> DirichletLaw {
        let offset = pair(state, action) * outcomes
        return DirichletLaw(
            transitionCounts[offset..<offset + outcomes].map {
                $0 + prior.transitionConcentration
            })
    }

    /// The mean and the precision of E[r | s, a].
    public func rewardLaw(state: Int, action: Int) -> (mean: Double, precision: Double) {
        let pair = pair(state, action)
        let precision = prior.rewardPrecision + prior.noisePrecision * rewardCounts[pair]
        let sum =
            prior.rewardPrecision * prior.rewardMean + prior.noisePrecision * rewardSums[pair]
        return (sum / precision, precision)
    }
}

extension TabularPosterior {
    private enum CodingKeys: String, CodingKey {
        case prior, states, actions, hasEnd, transitionCounts, rewardCounts, rewardSums
    }

    /// Reads what was written.
    ///
    /// - Throws: `DecodingError` where the parts do not fit one another.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        prior = try container.decode(Prior.self, forKey: .prior)
        states = try container.decode(Int.self, forKey: .states)
        actions = try container.decode(Int.self, forKey: .actions)
        hasEnd = try container.decode(Bool.self, forKey: .hasEnd)
        transitionCounts = try container.decode([Double].self, forKey: .transitionCounts)
        rewardCounts = try container.decode([Double].self, forKey: .rewardCounts)
        rewardSums = try container.decode([Double].self, forKey: .rewardSums)
        let (outcomes, extra) = states.addingReportingOverflow(hasEnd ? 1 : 0)
        let fits =
            !extra && states > 0 && actions > 0 && prior.isValid
            && TableShape.fits(transitionCounts.count, states, actions, outcomes)
            && TableShape.fits(rewardCounts.count, states, actions)
            && rewardSums.count == rewardCounts.count && rewardSums.allSatisfy(\.isFinite)
            && (transitionCounts + rewardCounts).allSatisfy { $0 >= 0 && $0.isFinite }
        if !fits {
            throw DecodingError.dataCorruptedError(
                forKey: .transitionCounts, in: container,
                debugDescription: "the counts do not fit \(states) states and \(actions) actions")
        }
    }
}
