import OptimistCore
import OptimistEnvironments
import OptimistInference

extension TabularModel {
    /// The model of a task's table. Where anything terminates it has one more state, the last, which
    /// is terminal.
    package init(_ table: TaskTable) {
        let ends = table.terminates.contains(true)
        var entries: [Transition] = []
        for state in 0..<table.states {
            for action in 0..<table.actions {
                entries += TabularModel.successors(table, state, action)
            }
        }
        do {
            try self.init(
                states: table.states + (ends ? 1 : 0), actions: table.actions, entries: entries,
                start: table.start + (ends ? [0] : []))
        } catch {
            fail("TabularModel", "the table of a task is none: \(error)")
        }
    }

    /// What follows a pair, one entry for each successor with the mean of its rewards.
    private static func successors(
        _ table: TaskTable, _ state: Int, _ action: Int
    ) -> [Transition] {
        var result: [Transition] = []
        for outcome in table.transitions(state, action) {
            let next = outcome.terminates ? table.states : outcome.successor
            guard let place = result.firstIndex(where: { $0.next == next }) else {
                result.append(
                    Transition(
                        state: state, action: action, next: next,
                        probability: outcome.probability, reward: outcome.reward))
                continue
            }
            let total = result[place].probability + outcome.probability
            result[place].reward +=
                (outcome.reward - result[place].reward) * outcome.probability / total
            result[place].probability = total
        }
        return result
    }
}
