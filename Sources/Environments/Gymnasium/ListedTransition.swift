/// A transition as an environment's own table lists it.
struct ListedTransition {
    var state: Int
    var action: Int
    var successor: Int
    var probability: Double
    var reward: Double
    var terminated: Bool
}

extension ListedTransition {
    /// Refuses tables that make no sense.
    ///
    /// - Throws: the sentence of what is wrong, as a `WorkerTrouble.violation`.
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
