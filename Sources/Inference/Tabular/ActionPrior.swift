import Foundation
import OptimistCore

/// p(a | s), what actions are like before anything is known of optimality.
public enum ActionPrior: Equatable, Sendable {
    /// One over the number of actions that are available in the state.
    case uniform
    /// One probability a pair, summing to one in each state; `[pairs]`.
    case table([Double])
    /// The weight 1 for every available action: plain maximum entropy, V = log Σ exp Q. Evidence
    /// and values then count the log of the number of actions of every step as reward.
    case none

    /// log p(a | s) of each pair, or 0 without a prior; `[pairs]`.
    ///
    /// - Throws: `ActionPriorError` where a table is no law.
    public func logWeights(_ pairs: StateActionPairs) throws(ActionPriorError) -> [Double] {
        switch self {
        case .none: return Array(repeating: 0, count: pairs.count)
        case .uniform:
            var result = Array(repeating: 0.0, count: pairs.count)
            for state in 0..<pairs.states {
                let range = pairs.range(of: state)
                for pair in range { result[pair] = -log(Double(range.count)) }
            }
            return result
        case .table(let table):
            try ActionPriorError.check(table, pairs)
            return table.map { log($0) }
        }
    }
}

/// Why a table of action probabilities, a prior or a policy, is no law.
public enum ActionPriorError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It does not have one number for each pair.
    case count(found: Int, expected: Int)
    /// A probability is negative or not a number.
    case probability(state: Int, action: Int, value: Double)
    /// The probabilities in a state do not sum to one.
    case sum(state: Int, sum: Double)

    static func check(_ table: [Double], _ pairs: StateActionPairs) throws(ActionPriorError) {
        if table.count != pairs.count {
            throw .count(found: table.count, expected: pairs.count)
        }
        for state in 0..<pairs.states where !pairs.isTerminal(state) {
            var sum = 0.0
            for pair in pairs.range(of: state) {
                if !(table[pair] >= 0) {
                    throw .probability(
                        state: state, action: Int(pairs.actionOf[pair]), value: table[pair])
                }
                sum += table[pair]
            }
            if abs(sum - 1) > TabularModel.sumTolerance { throw .sum(state: state, sum: sum) }
        }
    }

    /// What is wrong, where, and what was expected.
    public var description: String {
        switch self {
        case .count(let found, let expected):
            "\(found) action probabilities for \(expected) pairs of state and action"
        case .probability(let state, let action, let value):
            "action probability \(value) of action \(action) in state \(state): "
                + "give a number from 0 to 1"
        case .sum(let state, let sum):
            "the action probabilities in state \(state) sum to \(sum): they must sum to 1"
        }
    }
}
