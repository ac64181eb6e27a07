extension GymnasiumEnvironments {
    /// The environment's own table of transitions (Gymnasium keeps it at `unwrapped.P`) with
    /// rewards and endings as they are listed, and the law of the first state. FrozenLake-v1 and
    /// CliffWalking-v1 have one.
    ///
    /// - Returns: the table, and whether its start is the environment's own; where that tells none
    ///   it is uniform.
    /// - Throws: `GymnasiumError.noTable` where it has none, or none that makes sense.
    public func taskTable() throws -> (table: TaskTable, knowsStart: Bool) {
        try readTable("taskTable") { states, actions, start, listed in
            try ListedTransition.check(states, actions, start, listed)
            var pairs = [[TaskTable.Transition]](repeating: [], count: states * actions)
            for entry in listed where entry.probability > 0 {
                pairs[entry.state * actions + entry.action].append(
                    .init(
                        to: entry.successor, probability: entry.probability, reward: entry.reward,
                        terminates: entry.terminated))
            }
            // Tables hold sums such as 1/3 + 1/3 + 1/3, and some are rounded.
            let law = start.isEmpty ? [Double](repeating: 1, count: states) : start
            let total = law.reduce(0, +)
            let model = TaskTable(start: law.map { $0 / total }, actions: actions) { s, a in
                let outcomes = pairs[s * actions + a]
                let sum = outcomes.reduce(0) { $0 + $1.probability }
                if abs(sum - 1) <= 1e-9 { return outcomes }
                return outcomes.map {
                    .init(
                        to: $0.successor, probability: $0.probability / sum, reward: $0.reward,
                        terminates: $0.terminates)
                }
            }
            return (model, !start.isEmpty)
        }
    }
}
