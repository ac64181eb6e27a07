/// A finite Markov decision process as plain arrays, one entry a possible transition.
///
/// Entries are sorted by state, action and successor, and no successor of a state and action is
/// there twice. Where a transition ends the task, its successor is the added state `absorbing`,
/// which leads to itself for ever with reward 0.
public struct TransitionTable: Sendable, Equatable {
    /// States, the absorbing one included.
    public let stateCount: Int
    /// Actions.
    public let actionCount: Int
    /// The added last state, nil where no transition ends the task.
    public let absorbing: Int?
    /// The probability of each state to be the first, empty where it is not known.
    public let start: [Double]
    /// The state that each transition leaves.
    public let states: [Int]
    /// Its action.
    public let actions: [Int]
    /// The state that it reaches.
    public let successors: [Int]
    /// Its probability.
    public let probabilities: [Double]
    /// Its reward; the mean, weighted by probability, where several were summed.
    public let rewards: [Double]
}

/// A transition as an environment's own table lists it.
struct ListedTransition {
    var state: Int
    var action: Int
    var successor: Int
    var probability: Double
    var reward: Double
    var terminated: Bool
}

extension TransitionTable {
    /// Checks and merges listed transitions.
    ///
    /// - Throws: the sentence of what is wrong, as a `WorkerTrouble.violation`.
    init(
        stateCount: Int, actionCount: Int, start: [Double], listed: [ListedTransition]
    ) throws {
        try TransitionTable.check(stateCount, actionCount, start, listed)
        let end = listed.contains(where: \.terminated) ? stateCount : nil
        var entries = listed.filter { $0.probability > 0 }
        for index in entries.indices where entries[index].terminated {
            entries[index].successor = stateCount
        }
        if let end {
            entries += (0..<actionCount).map {
                ListedTransition(
                    state: end, action: $0, successor: end, probability: 1, reward: 0,
                    terminated: false)
            }
        }
        let merged = TransitionTable.merge(entries)
        self.stateCount = stateCount + (end == nil ? 0 : 1)
        self.actionCount = actionCount
        self.absorbing = end
        self.start = start.isEmpty || end == nil ? start : start + [0]
        states = merged.map(\.state)
        actions = merged.map(\.action)
        successors = merged.map(\.successor)
        probabilities = merged.map(\.probability)
        rewards = merged.map(\.reward)
    }

    private static func merge(_ entries: [ListedTransition]) -> [ListedTransition] {
        // The position keeps the order of equal entries, and so the sums, the same everywhere.
        let order = entries.indices.sorted {
            let (left, right) = (entries[$0], entries[$1])
            return (left.state, left.action, left.successor, $0)
                < (right.state, right.action, right.successor, $1)
        }
        var merged: [ListedTransition] = []
        for entry in order.map({ entries[$0] }) {
            if let last = merged.last, last.state == entry.state, last.action == entry.action,
                last.successor == entry.successor
            {
                let total = last.probability + entry.probability
                merged[merged.count - 1].reward +=
                    (entry.reward - last.reward) * entry.probability / total
                merged[merged.count - 1].probability = total
            } else {
                merged.append(entry)
            }
        }
        return merged
    }

    static func check(
        _ stateCount: Int, _ actionCount: Int, _ start: [Double], _ listed: [ListedTransition]
    ) throws {
        var sums = [Double](repeating: 0, count: stateCount * actionCount)
        for entry in listed {
            guard entry.state < stateCount, entry.action < actionCount,
                entry.successor < stateCount, entry.probability >= 0, entry.probability <= 1.000001,
                entry.reward.isFinite
            else { throw WorkerTrouble.violation("the table lists \(entry)") }
            sums[entry.state * actionCount + entry.action] += entry.probability
        }
        if let index = sums.firstIndex(where: { abs($0 - 1) > 1e-6 }) {
            throw WorkerTrouble.violation(
                """
                probabilities of state \(index / actionCount), action \(index % actionCount) sum \
                to \(sums[index])
                """)
        }
        let total = start.reduce(0, +)
        guard
            start.isEmpty
                || start.count == stateCount && abs(total - 1) <= 1e-6
                    && start.allSatisfy({ $0 >= 0 })
        else { throw WorkerTrouble.violation("\(start.count) start probabilities sum to \(total)") }
    }
}

extension GymnasiumEnvironments {
    /// The environment's own table of transitions, such as that of FrozenLake-v1 or
    /// CliffWalking-v1 (Gymnasium keeps it at `unwrapped.P`).
    ///
    /// - Throws: `GymnasiumError.noTable` where it has none, or none that makes sense.
    public func transitionTable() throws -> TransitionTable {
        try readTable("transitionTable") { states, actions, start, listed in
            try TransitionTable(
                stateCount: states, actionCount: actions, start: start, listed: listed)
        }
    }

    /// Reads the environment's own table and makes something of it.
    func readTable<Result>(
        _ operation: String,
        _ make: (_ states: Int, _ actions: Int, [Double], [ListedTransition]) throws -> Result
    ) throws -> Result {
        try checkUsable(operation)
        guard case .discrete(let states) = observationSpace.kind,
            case .discrete(let actions) = actionSpace.kind
        else {
            throw GymnasiumError.noTable(
                environment: name, reason: "its states and actions are not Discrete")
        }
        do {
            let place = GymnasiumPlace(environment: name)
            let (start, listed) = try ask(workers[0], .table, at: place) {
                try GymnasiumEnvironments.readTable(&$0, states, actions)
            }
            return try make(states, actions, start, listed)
        } catch WorkerTrouble.violation(let detail) {
            throw GymnasiumError.noTable(environment: name, reason: detail)
        } catch GymnasiumError.raised(_, let exception, _) {
            throw GymnasiumError.noTable(environment: name, reason: exception)
        }
    }

    private static func readTable(
        _ reader: inout WorkerReader, _ states: Int, _ actions: Int
    ) throws -> (start: [Double], listed: [ListedTransition]) {
        let sizes = try reader.values(4, of: UInt32.self).map(Int.init)
        guard sizes[0] == states, sizes[1] == actions, states * actions <= 1 << 26 else {
            throw WorkerTrouble.violation("a table of \(sizes[0]) states, \(sizes[1]) actions")
        }
        let start = try reader.values(sizes[2], of: Double.self)
        let numbers = try reader.values(2 * sizes[3], of: Double.self)
        let indices = try reader.values(4 * sizes[3], of: UInt32.self).map(Int.init)
        let listed = (0..<sizes[3]).map { row in
            ListedTransition(
                state: indices[4 * row], action: indices[4 * row + 1],
                successor: indices[4 * row + 2], probability: numbers[2 * row],
                reward: numbers[2 * row + 1], terminated: indices[4 * row + 3] != 0)
        }
        return (start, listed)
    }
}
