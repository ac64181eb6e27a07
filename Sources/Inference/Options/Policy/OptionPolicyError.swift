/// Why tables are no policy with options. Options, states and actions are given by number.
public enum OptionPolicyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no option.
    case noOptions
    /// A table has the wrong number of entries.
    case tableSize(table: String, found: Int, expected: Int)
    /// The law of an option's actions is none.
    case actions(option: Int, ActionPriorError)
    /// A probability is negative, above one or not a number.
    case probability(table: String, entry: Int, value: Double)
    /// A row of a table does not sum to one.
    case sum(table: String, row: Int, sum: Double)

    /// What is wrong, where, and what was expected.
    public var description: String {
        switch self {
        case .noOptions: "a policy with options needs at least one option"
        case .tableSize(let table, let found, let expected):
            "the table of the \(table) has \(found) entries: \(expected) are expected"
        case .actions(let option, let error): "option \(option): \(error)"
        case .probability(let table, let entry, let value):
            "probability \(value) at entry \(entry) of the \(table): give a number from 0 to 1"
        case .sum(let table, let row, let sum):
            "row \(row) of the \(table) sums to \(sum): it must sum to 1"
        }
    }
}
