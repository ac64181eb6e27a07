import OptimistCore

extension EmittingProcess {
    /// A process whose states emit observation and reward independently of each other and of how
    /// the state was reached.
    ///
    /// - Parameters:
    ///   - initial: p(s₁), `[state]`.
    ///   - transition: p(s′ | s, a), `[state][action][next state]`.
    ///   - observation: p(x | s), `[state][observation]`.
    ///   - reward: p(r | s), `[state][reward]`, over indices of rewards.
    /// - Throws: `GenerativeAgentError`.
    public init(
        initial: [Double], transition: [[[Double]]], observation: [[Double]], reward: [[Double]]
    ) throws(GenerativeAgentError) {
        let (states, actions) = (initial.count, transition.first?.count ?? 0)
        let (observations, rewards) = (observation.first?.count ?? 0, reward.first?.count ?? 0)
        try Self.check("observation", observation, rows: states, columns: observations)
        try Self.check("reward", reward, rows: states, columns: rewards)
        var emission: [Double] = []
        for state in 0..<states {
            for x in observation[state] { emission += reward[state].map { x * $0 } }
        }
        var rows: [Double] = []
        for state in transition {
            try Self.check("transition", state, rows: actions, columns: states)
            rows += state.joined()
        }
        try self.init(
            sizes: (states, actions, observations, rewards), initial: initial,
            firstArrival: emission, transition: rows,
            arrival: (0..<states * actions).flatMap { _ in emission })
    }

    private static func check(
        _ table: String, _ rows: [[Double]], rows count: Int, columns: Int
    ) throws(GenerativeAgentError) {
        if rows.count != count {
            throw .wrongSize(table: table, count: rows.count, expected: count)
        }
        for row in rows where row.count != columns {
            throw .wrongSize(table: table, count: row.count, expected: columns)
        }
    }

    /// Refuses tables of the wrong size and rows that are no probability laws.
    func validate() throws(GenerativeAgentError) {
        let sizes = [
            ("initial", initial.count, stateCount),
            ("first arrival", firstArrival.count, stateCount * arrivalCount),
            ("transition", transition.count, stateCount * actionCount * stateCount),
            ("arrival", arrival.count, stateCount * actionCount * stateCount * arrivalCount),
        ]
        for (table, count, expected) in sizes where count != expected || count == 0 {
            throw .wrongSize(table: table, count: count, expected: expected)
        }
        try Self.checkLaws("initial", initial, width: stateCount) { _ in true }
        try Self.checkLaws("first arrival", firstArrival, width: arrivalCount) { initial[$0] > 0 }
        try Self.checkLaws("transition", transition, width: stateCount) { _ in true }
        try Self.checkLaws("arrival", arrival, width: arrivalCount) { transition[$0] > 0 }
    }

    private static func checkLaws(
        _ table: String, _ values: [Double], width: Int, where counts: (Int) -> Bool
    ) throws(GenerativeAgentError) {
        for row in 0..<values.count / width where counts(row) {
            let law = values[row * width..<(row + 1) * width]
            let sum = law.reduce(0) { $0 + ($1 >= 0 ? $1 : .nan) }
            if !(abs(sum - 1) <= 1e-8) { throw .notALaw(table: table, row: row, sum: sum) }
        }
    }
}
