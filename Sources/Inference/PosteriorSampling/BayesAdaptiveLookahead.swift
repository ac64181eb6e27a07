import OptimistCore

/// The Bayes-optimal finite-horizon value of tiny problems with unknown transitions, by looking ahead
/// over what will be learned (Duff 2002; Ghavamzadeh and others 2015, arXiv 1609.04436).
///
/// A state of the Bayes-adaptive process is a state and a belief, here counts of outcomes of each
/// pair; an outcome is a next state with a known reward, and its probability given the belief is the
/// Dirichlet mean. V_k(s, b) = max_a Σ_o p(o | s, a, b) (r_o + γ V_{k−1}(s_o, b + o)).
public struct BayesAdaptiveLookahead: Sendable {
    /// One of the things that may follow an action.
    public struct Outcome: Equatable, Sendable {
        /// The next state; nil where the task ends.
        public var next: Int?
        /// r, in reward units.
        public var reward: Double
        /// Its concentration now, prior counts and observed ones together, positive.
        public var concentration: Double

        /// An outcome with its parts.
        public init(next: Int?, reward: Double, concentration: Double) {
            self.next = next
            self.reward = reward
            self.concentration = concentration
        }
    }

    /// What may follow each action of each state, `[states][actions][outcomes]`.
    public let outcomes: [[[Outcome]]]
    /// γ.
    public let discount: Double
    /// The most beliefs that are kept.
    public let beliefLimit: Int
    /// Where the counts of a pair begin, `[states][actions]`.
    private let offsets: [[Int]]

    /// A problem.
    ///
    /// - Parameters:
    ///   - outcomes: what may follow, `[states][actions][outcomes]`; a state without actions is
    ///     terminal.
    ///   - discount: γ in 0…1.
    ///   - beliefLimit: the most beliefs that are kept.
    public init(outcomes: [[[Outcome]]], discount: Double = 1, beliefLimit: Int = 1_000_000) {
        let states = outcomes.count
        for outcome in outcomes.joined().joined() {
            if let next = outcome.next, !(0..<states).contains(next) {
                fail("BayesAdaptiveLookahead", "an outcome leads to state \(next) of \(states)")
            }
            if !(outcome.concentration > 0) || !outcome.reward.isFinite {
                fail("BayesAdaptiveLookahead", "the outcome \(outcome)")
            }
        }
        if !(0...1).contains(discount) || outcomes.joined().contains(where: \.isEmpty) {
            fail("BayesAdaptiveLookahead", "discount \(discount), or an action without outcome")
        }
        self.outcomes = outcomes
        self.discount = discount
        self.beliefLimit = beliefLimit
        var count = 0
        offsets = outcomes.map { actions in
            actions.map { list in
                defer { count += list.count }
                return count
            }
        }
    }

    /// The problem of a posterior whose mean rewards are taken for known: what is learned of
    /// transitions is looked ahead at, what is learned of rewards is not.
    ///
    /// - Parameters:
    ///   - posterior: what is known.
    ///   - discount: γ in 0…1.
    ///   - beliefLimit: the most beliefs that are kept.
    public init(
        _ posterior: TabularPosterior, discount: Double = 1, beliefLimit: Int = 1_000_000
    ) {
        let table = (0..<posterior.states).map { state in
            (0..<posterior.actions).map { action in
                let reward = posterior.rewardLaw(state: state, action: action).mean
                return posterior.transitionLaw(state: state, action: action).concentrations
                    .enumerated().map {
                        Outcome(
                            next: $0.offset < posterior.states ? $0.offset : nil, reward: reward,
                            concentration: $0.element)
                    }
            }
        }
        self.init(outcomes: table, discount: discount, beliefLimit: beliefLimit)
    }

    private struct Key: Hashable {
        var state: Int
        var steps: Int
        var counts: [Int32]
    }

    /// What is passed along: the counts made on the way, and what is known already.
    private struct Walk {
        var counts: [Int32]
        var known: [Key: Double] = [:]
        let horizon: Int
    }

    /// Q of each action in a state with a number of steps to go, in reward units, `[actions]`; empty
    /// in a terminal state.
    ///
    /// - Throws: `PosteriorSamplingError.tooManyBeliefs`.
    public func actionValues(
        of state: Int, horizon: Int
    ) throws(PosteriorSamplingError) -> [Double] {
        if horizon < 1 || !outcomes.indices.contains(state) {
            fail(
                "BayesAdaptiveLookahead.actionValues",
                "state \(state) of \(outcomes.count), horizon \(horizon)")
        }
        let size = outcomes.joined().reduce(0) { $0 + $1.count }
        var walk = Walk(counts: Array(repeating: 0, count: size), horizon: horizon)
        return try actionValues(state, horizon, &walk)
    }

    /// V of a state with a number of steps to go, in reward units; 0 in a terminal state.
    ///
    /// - Throws: `PosteriorSamplingError.tooManyBeliefs`.
    public func value(of state: Int, horizon: Int) throws(PosteriorSamplingError) -> Double {
        try actionValues(of: state, horizon: horizon).max() ?? 0
    }

    private func actionValues(
        _ state: Int, _ steps: Int, _ walk: inout Walk
    ) throws(PosteriorSamplingError) -> [Double] {
        var result: [Double] = []
        for (action, list) in outcomes[state].enumerated() {
            let offset = offsets[state][action]
            var (total, sum) = (0.0, 0.0)
            for (index, outcome) in list.enumerated() {
                let weight = outcome.concentration + Double(walk.counts[offset + index])
                var value = outcome.reward
                if let next = outcome.next, steps > 1 {
                    walk.counts[offset + index] += 1
                    value += discount * (try self.value(next, steps - 1, &walk))
                    walk.counts[offset + index] -= 1
                }
                total += weight
                sum += weight * value
            }
            result.append(sum / total)
        }
        return result
    }

    private func value(
        _ state: Int, _ steps: Int, _ walk: inout Walk
    ) throws(PosteriorSamplingError) -> Double {
        let key = Key(state: state, steps: steps, counts: walk.counts)
        if let known = walk.known[key] { return known }
        let result = try actionValues(state, steps, &walk).max() ?? 0
        if walk.known.count >= beliefLimit {
            throw .tooManyBeliefs(limit: beliefLimit, horizon: walk.horizon)
        }
        walk.known[key] = result
        return result
    }
}
