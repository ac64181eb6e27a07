import OptimistCore
import OptimistLinearAlgebra

/// A finite Markov decision process whose law and rewards are given: p(s′ | s, a), r and p(s_1).
///
/// Transitions are sparse rows over state-action pairs sorted by state (12 bytes an entry and
/// about 20 a pair). Rewards are in reward units; nothing here knows a temperature.
public struct TabularModel: Equatable, Sendable {
    /// Which actions each state has; states without any are terminal.
    public let pairs: StateActionPairs
    /// p(s′ | s, a), `[pairs, states]`.
    public let transitions: SparseRows
    /// E[r | s, a], `[pairs]`.
    public let rewards: [Double]
    /// r(s, a, s′) of each entry of `transitions`, where the reward depends on the successor.
    public let edgeRewards: [Double]?
    /// p(s_1), `[states]`.
    public let start: [Double]
    /// What else the model says about itself.
    public let details: TabularModelDetails

    /// The number of states.
    public var states: Int { pairs.states }
    /// The number of actions that exist in any state.
    public var actions: Int { pairs.actions }

    /// What the rewards depend on.
    public enum Rewards: Sendable {
        /// r(s, a), one number a pair.
        case perPair([Double])
        /// r(s, a, s′), one number an entry of the transitions.
        case perEdge([Double])
    }

    /// Whether a model is checked to be one.
    public enum Validation: Sendable {
        /// Probabilities are in [0, 1], sum to one within 1e-8, and rewards are finite.
        case full
        /// The caller vouches for the numbers; only shapes are checked.
        case skip
    }

    /// A model from its stored form; nothing is copied.
    ///
    /// - Parameters:
    ///   - pairs: the pairs.
    ///   - transitions: p(s′ | s, a), `[pairs, states]`.
    ///   - rewards: what each pair or each transition brings.
    ///   - start: p(s_1), `[states]`.
    ///   - details: names, discount and horizon.
    ///   - validation: whether to check the numbers.
    public init(
        pairs: StateActionPairs, transitions: SparseRows, rewards: Rewards, start: [Double],
        details: TabularModelDetails = .init(), validation: Validation = .full
    ) throws(TabularModelError) {
        if transitions.rows != pairs.count || transitions.columns != pairs.states {
            fail(
                "TabularModel",
                "transitions \(transitions.rows)x\(transitions.columns) for \(pairs.count) pairs "
                    + "and \(pairs.states) states")
        }
        self.pairs = pairs
        self.transitions = transitions
        self.start = start
        self.details = details
        switch rewards {
        case .perPair(let rewards):
            (self.rewards, edgeRewards) = (rewards, nil)
        case .perEdge(let rewards):
            try checkSize("the table of rewards", rewards.count, transitions.count)
            self.rewards = TabularModel.expected(rewards, transitions)
            edgeRewards = rewards
        }
        try checkSize("the table of rewards", self.rewards.count, pairs.count)
        try checkSize("the start distribution", start.count, pairs.states)
        try details.check(states: pairs.states, actions: pairs.actions)
        if validation == .full { try validate() }
    }

    private static func expected(_ rewards: [Double], _ transitions: SparseRows) -> [Double] {
        (0..<transitions.rows).map { row in
            var sum = 0.0
            for position in transitions.starts[row]..<transitions.starts[row + 1]
            where transitions.values[position] != 0 {
                sum += transitions.values[position] * rewards[position]
            }
            return sum
        }
    }

    /// What a state is called: its name, or its number.
    public func label(state: Int) -> String { details.stateNames?[state] ?? String(state) }

    /// What an action is called: its name, or its number.
    public func label(action: Int) -> String { details.actionNames?[action] ?? String(action) }
}

func checkSize(_ what: String, _ found: Int, _ expected: Int) throws(TabularModelError) {
    if found != expected { throw .tableSize(what: what, found: found, expected: expected) }
}
