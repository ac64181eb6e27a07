import OptimistCore

/// The state-action pairs of a finite model, numbered by state and then by action.
///
/// An action that is not available in a state has no pair. A state without any pair is terminal:
/// what enters it stays, and brings reward 0 for ever.
public struct StateActionPairs: Equatable, Sendable {
    /// The number of states.
    public let states: Int
    /// The number of actions that exist in any state.
    public let actions: Int
    /// State s has the pairs `starts[s]..<starts[s + 1]`; `[states + 1]`.
    public let starts: [Int]
    /// The action of each pair, ascending within a state; `[count]`.
    public let actionOf: [Int32]

    /// Pairs from their stored form.
    ///
    /// - Parameters:
    ///   - actions: the number of actions.
    ///   - starts: where the pairs of each state begin, ascending from 0, `[states + 1]`.
    ///   - actionOf: the action of each pair, strictly ascending within a state.
    public init(actions: Int, starts: [Int], actionOf: [Int32]) {
        if starts.isEmpty || starts[0] != 0 || starts[starts.count - 1] != actionOf.count {
            fail("StateActionPairs", "\(starts.count) starts for \(actionOf.count) pairs")
        }
        for state in 0..<starts.count - 1 {
            var last: Int32 = -1
            if starts[state] > starts[state + 1] {
                fail("StateActionPairs", "the pairs of state \(state) end before they begin")
            }
            for pair in starts[state]..<starts[state + 1] {
                if actionOf[pair] <= last || Int(actionOf[pair]) >= actions {
                    fail("StateActionPairs", "action \(actionOf[pair]) in state \(state)")
                }
                last = actionOf[pair]
            }
        }
        states = starts.count - 1
        self.actions = actions
        self.starts = starts
        self.actionOf = actionOf
    }

    /// Every action in every state.
    public init(states: Int, actions: Int) {
        self.init(
            actions: actions, starts: (0...states).map { $0 * actions },
            actionOf: (0..<states * actions).map { Int32($0 % actions) })
    }

    /// The number of pairs.
    public var count: Int { actionOf.count }

    /// The pairs of a state, empty for a terminal one.
    @inlinable
    public func range(of state: Int) -> Range<Int> { starts[state]..<starts[state + 1] }

    /// Whether a state has no actions.
    @inlinable
    public func isTerminal(_ state: Int) -> Bool { starts[state] == starts[state + 1] }

    /// The pair of a state and an action; nil where the action is not available.
    public func pair(state: Int, action: Int) -> Int? {
        if state < 0 || state >= states { fail("StateActionPairs.pair", "state \(state)") }
        return range(of: state).first { actionOf[$0] == Int32(action) }
    }

    /// The state of a pair, by bisection.
    public func state(of pair: Int) -> Int {
        if pair < 0 || pair >= count { fail("StateActionPairs.state", "pair \(pair) of \(count)") }
        var (low, high) = (0, states)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= pair { low = middle } else { high = middle }
        }
        return low
    }
}
