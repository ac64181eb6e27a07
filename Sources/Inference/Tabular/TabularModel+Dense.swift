import OptimistLinearAlgebra

extension TabularModel {
    /// A model from nested lists.
    ///
    /// - Parameters:
    ///   - dense: p(s′ | s, a) as `[s][a][s′]`; an empty list for an action that is not available.
    ///   - rewards: r(s, a) as `[s][a]`; the numbers of unavailable actions must be 0.
    ///   - start: p(s_1).
    ///   - details: names, discount and horizon.
    ///   - validation: whether to check the numbers.
    public init(
        dense: [[[Double]]], rewards: [[Double]], start: [Double],
        details: TabularModelDetails = .init(), validation: Validation = .full
    ) throws(TabularModelError) {
        var table = TransitionTable(states: dense.count, actions: dense.map(\.count).max() ?? 0)
        try checkSize("the table of rewards", rewards.count, dense.count)
        for (state, rows) in dense.enumerated() {
            for (action, row) in rows.enumerated() where !row.isEmpty {
                try checkSize(
                    "the row of state \(state), action \(action)", row.count, dense.count)
                for (next, probability) in row.enumerated() where probability != 0 {
                    try table.append(state, action, next, probability)
                }
                // A row of zeros is no law: let validation meet it.
                if row.allSatisfy({ $0 == 0 }) { try table.append(state, action, 0, 0) }
            }
            try checkSize("the rewards of state \(state)", rewards[state].count, rows.count)
        }
        let (pairs, transitions) = table.finish()
        var perPair = Array(repeating: 0.0, count: pairs.count)
        for (state, row) in rewards.enumerated() {
            for (action, reward) in row.enumerated() {
                if let pair = pairs.pair(state: state, action: action) {
                    perPair[pair] = reward
                } else if reward != 0 {
                    throw .rewardWithoutTransition(entry: "state \(state), action \(action)")
                }
            }
        }
        try self.init(
            pairs: pairs, transitions: transitions, rewards: .perPair(perPair), start: start,
            details: details, validation: validation)
    }

    /// A model from transitions in any order.
    ///
    /// - Parameters:
    ///   - states: the number of states.
    ///   - actions: the number of actions.
    ///   - entries: the transitions; probabilities of one place are summed, and its reward is that
    ///     of the last entry.
    ///   - start: p(s_1).
    ///   - details: names, discount and horizon.
    ///   - validation: whether to check the numbers.
    public init(
        states: Int, actions: Int, entries: [Transition], start: [Double],
        details: TabularModelDetails = .init(), validation: Validation = .full
    ) throws(TabularModelError) {
        try details.check(states: states, actions: actions)
        var table = TransitionTable(states: states, actions: actions)
        for entry in entries {
            try table.append(entry.state, entry.action, entry.next, entry.probability)
        }
        let (pairs, transitions) = table.finish()
        var rewards = Array(repeating: 0.0, count: transitions.count)
        for entry in entries {
            guard let pair = pairs.pair(state: entry.state, action: entry.action),
                let position = transitions.position(row: pair, column: entry.next)
            else { continue }
            rewards[position] = entry.reward
        }
        try self.init(
            pairs: pairs, transitions: transitions,
            rewards: Rewards(simplest: rewards, transitions), start: start, details: details,
            validation: validation)
    }
}

extension TabularModel.Rewards {
    /// Rewards of transitions, as rewards of pairs where the successor makes no difference.
    package init(simplest rewards: [Double], _ transitions: SparseRows) {
        var perPair = Array(repeating: 0.0, count: transitions.rows)
        for row in 0..<transitions.rows {
            let entries = transitions.starts[row]..<transitions.starts[row + 1]
            guard let first = entries.first else { continue }
            if entries.contains(where: { rewards[$0] != rewards[first] }) {
                self = .perEdge(rewards)
                return
            }
            perPair[row] = rewards[first]
        }
        self = .perPair(perPair)
    }
}

/// One possible step of a finite model.
public struct Transition: Equatable, Sendable {
    /// The state left.
    public var state: Int
    /// The action taken.
    public var action: Int
    /// The state entered.
    public var next: Int
    /// p(next | state, action).
    public var probability: Double
    /// r(state, action, next), in reward units.
    public var reward: Double

    /// A step with all its parts.
    public init(
        state: Int, action: Int, next: Int, probability: Double, reward: Double = 0
    ) {
        self.state = state
        self.action = action
        self.next = next
        self.probability = probability
        self.reward = reward
    }
}

extension SparseRows {
    /// Where the entry of a place is stored, by bisection; nil if it is not.
    package func position(row: Int, column: Int) -> Int? {
        var (low, high) = (starts[row], starts[row + 1])
        while low < high {
            let middle = (low + high) / 2
            if Int(indices[middle]) < column { low = middle + 1 } else { high = middle }
        }
        return low < starts[row + 1] && Int(indices[low]) == column ? low : nil
    }
}
