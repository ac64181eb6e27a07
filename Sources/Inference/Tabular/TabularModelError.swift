/// Why a table is not a model. States and actions are given by name, or by number if unnamed.
public enum TabularModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There are no states, or more than an index can hold.
    case stateCount(Int)
    /// There are no actions, or more than an index can hold.
    case actionCount(Int)
    /// A state, successor or action is numbered outside its range.
    case indexOutOfRange(what: String, index: Int, count: Int, entry: String)
    /// A probability is negative, above one or not a number.
    case probability(state: String, action: String, next: String, value: Double)
    /// The probabilities of the successors of a pair do not sum to one.
    case rowSum(state: String, action: String, sum: Double)
    /// A probability of the start distribution is negative, above one or not a number.
    case startProbability(state: String, value: Double)
    /// The start distribution does not sum to one.
    case startSum(Double)
    /// A reward is not a finite number.
    case reward(state: String, action: String, value: Double)
    /// A reward belongs to a pair or transition that the model does not have.
    case rewardWithoutTransition(entry: String)
    /// The discount is not in 0...1.
    case discount(Double)
    /// The horizon is less than one step.
    case horizon(Int)
    /// A table has the wrong number of entries.
    case tableSize(what: String, found: Int, expected: Int)

    /// What is wrong, where, and what was expected.
    public var description: String {
        switch self {
        case .stateCount(let count): "\(count) states: give from 1 to 2147483647"
        case .actionCount(let count): "\(count) actions: give from 1 to 2147483647"
        case .indexOutOfRange(let what, let index, let count, let entry):
            "\(what) \(index) in \(entry): there are \(count), numbered from 0"
        case .probability(let state, let action, let next, let value):
            "probability \(value) from state \(state), action \(action) to state \(next): "
                + "give a number from 0 to 1"
        case .rowSum(let state, let action, let sum):
            "the successors of state \(state), action \(action) have probabilities that sum to "
                + "\(sum): they must sum to 1"
        case .startProbability(let state, let value):
            "start probability \(value) of state \(state): give a number from 0 to 1"
        case .startSum(let sum): "the start distribution sums to \(sum): it must sum to 1"
        case .reward(let state, let action, let value):
            "reward \(value) of state \(state), action \(action): give a finite number"
        case .rewardWithoutTransition(let entry):
            "a reward for \(entry), which has no transition: give its transition or drop it"
        case .discount(let value): "discount \(value): give a number from 0 to 1"
        case .horizon(let steps): "horizon \(steps): give at least 1 step"
        case .tableSize(let what, let found, let expected):
            "\(what) has \(found) entries: \(expected) are expected"
        }
    }
}
