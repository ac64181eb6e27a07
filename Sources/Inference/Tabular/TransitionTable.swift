import OptimistCore
import OptimistLinearAlgebra

/// Transitions as they come from a file or a program, 20 bytes each, until they are sorted.
///
/// Where they arrive sorted by state, action and successor, which files written by programs are,
/// the columns become the sparse rows without a copy.
public struct TransitionTable: Sendable {
    /// The number of states.
    public let states: Int
    /// The number of actions.
    public let actions: Int
    private var rows: [Int64] = []
    private var columns: [Int32] = []
    private var values: [Double] = []
    private var isSorted = true

    /// An empty table.
    public init(states: Int, actions: Int) {
        self.states = states
        self.actions = actions
    }

    /// Makes room for so many transitions.
    public mutating func reserve(_ count: Int) {
        rows.reserveCapacity(count)
        columns.reserveCapacity(count)
        values.reserveCapacity(count)
    }

    /// The number of transitions so far.
    public var count: Int { rows.count }

    /// Adds a transition.
    ///
    /// - Throws: `TabularModelError.indexOutOfRange`.
    public mutating func append(
        _ state: Int, _ action: Int, _ next: Int, _ probability: Double
    ) throws(TabularModelError) {
        try check("state", state, states)
        try check("action", action, actions)
        try check("state", next, states)
        let row = Int64(state) * Int64(actions) + Int64(action)
        if let last = rows.last, row < last || (row == last && columns[count - 1] >= Int32(next)) {
            isSorted = false
        }
        rows.append(row)
        columns.append(Int32(next))
        values.append(probability)
    }

    private func check(_ what: String, _ index: Int, _ count: Int) throws(TabularModelError) {
        if index < 0 || index >= count {
            throw .indexOutOfRange(
                what: what, index: index, count: count, entry: "transition \(self.count + 1)")
        }
    }

    /// The pairs that occur and their rows; those of one place are summed in the order given.
    public consuming func finish() -> (pairs: StateActionPairs, transitions: SparseRows) {
        if !isSorted { sort() }
        var (pairStarts, stateStarts, actionOf) = ([Int](), [0], [Int32]())
        for position in rows.indices where position == 0 || rows[position] != rows[position - 1] {
            let state = Int(rows[position] / Int64(actions))
            while stateStarts.count <= state { stateStarts.append(actionOf.count) }
            pairStarts.append(position)
            actionOf.append(Int32(rows[position] % Int64(actions)))
        }
        while stateStarts.count <= states { stateStarts.append(actionOf.count) }
        pairStarts.append(rows.count)
        rows = []
        do {
            let transitions = try SparseRows(
                rows: actionOf.count, columns: states, starts: pairStarts, indices: columns,
                values: values)
            let pairs = StateActionPairs(
                actions: actions, starts: stateStarts, actionOf: actionOf)
            return (pairs, transitions)
        } catch {
            fail("TransitionTable.finish", "\(error)")
        }
    }

    /// Sorts by row, column and order of arrival, and merges what lies in one place.
    private mutating func sort() {
        var order = Array(0..<Int32(rows.count))
        order.sort { left, right in
            let (i, j) = (Int(left), Int(right))
            if rows[i] != rows[j] { return rows[i] < rows[j] }
            return columns[i] != columns[j] ? columns[i] < columns[j] : i < j
        }
        var (newRows, newColumns, newValues) = ([Int64](), [Int32](), [Double]())
        for position in order {
            let position = Int(position)
            if newRows.last == rows[position], newColumns.last == columns[position] {
                newValues[newValues.count - 1] += values[position]
            } else {
                newRows.append(rows[position])
                newColumns.append(columns[position])
                newValues.append(values[position])
            }
        }
        (rows, columns, values, isSorted) = (newRows, newColumns, newValues, true)
    }
}
