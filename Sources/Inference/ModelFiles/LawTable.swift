import OptimistCore
import OptimistLinearAlgebra

/// Rows of probabilities of which later entries replace earlier ones.
///
/// All entries lie in one list, 16 bytes each, in which each row is a chain by ascending column.
struct LawTable {
    private struct Entry {
        var value: Double
        var column: Int32
        /// The next entry of the row, or of the free ones; −1 at the end.
        var next: Int32
    }

    /// The number of columns.
    let columns: Int
    private var entries: [Entry] = []
    private var first: [Int32]
    private var last: [Int32]
    private var free: Int32 = -1
    private var count = 0
    /// So many probabilities are known to fit into memory.
    private var room = 0

    /// The most probabilities that are kept.
    static let limit = 200_000_000

    init(what: String, rows: Int, columns: Int) throws(ModelFileError) {
        if rows > 50_000_000 {
            throw .tooLarge(what: "the number of \(what)", size: rows, limit: 50_000_000)
        }
        try ModelFileError.require([rows, 8], for: "\(rows) \(what)")
        first = Array(repeating: -1, count: rows)
        last = first
        self.columns = columns
    }

    /// Whether a row has no entries.
    func isEmpty(_ row: Int) -> Bool { first[row] < 0 }

    /// Replaces one entry.
    mutating func set(_ row: Int, _ column: Int, _ value: Double) throws(ModelFileError) {
        let column = Int32(column)
        // What comes in order, as most does, goes to the end.
        if last[row] < 0 || entries[Int(last[row])].column < column {
            if value != 0 { try insert(row, after: last[row], column, value) }
            return
        }
        var (before, entry) = (Int32(-1), first[row])
        while entries[Int(entry)].column < column {
            (before, entry) = (entry, entries[Int(entry)].next)
        }
        if entries[Int(entry)].column == column {
            entries[Int(entry)].value = value
        } else if value != 0 {
            try insert(row, after: before, column, value)
        }
    }

    /// Replaces a row.
    mutating func set(_ row: Int, _ law: [Double]) throws(ModelFileError) {
        clear(row)
        for (column, value) in law.enumerated() where value != 0 {
            try insert(row, after: last[row], Int32(column), value)
        }
    }

    private mutating func clear(_ row: Int) {
        if first[row] < 0 { return }
        var entry = first[row]
        while entry >= 0 {
            count -= 1
            entry = entries[Int(entry)].next
        }
        entries[Int(last[row])].next = free
        (free, first[row], last[row]) = (first[row], -1, -1)
    }

    /// Inserts an entry after another one of its row, or at the front for −1.
    private mutating func insert(
        _ row: Int, after before: Int32, _ column: Int32, _ value: Double
    ) throws(ModelFileError) {
        if count == LawTable.limit {
            throw .tooLarge(
                what: "the number of probabilities", size: count + 1, limit: LawTable.limit)
        }
        count += 1
        if count > room {
            // They are looked for in blocks: asking for each would take longer than reading.
            room = count + (1 << 20)
            try ModelFileError.require([1 << 20, 32], for: "\(room) probabilities")
        }
        let next = before < 0 ? first[row] : entries[Int(before)].next
        let place: Int32
        if free >= 0 {
            place = free
            free = entries[Int(place)].next
            entries[Int(place)] = Entry(value: value, column: column, next: next)
        } else {
            place = Int32(entries.count)
            entries.append(Entry(value: value, column: column, next: next))
        }
        if before < 0 { first[row] = place } else { entries[Int(before)].next = place }
        if next < 0 { last[row] = place }
    }

    /// The rows in compressed form.
    consuming func sparse() throws(LinearAlgebraError) -> SparseRows {
        last = []
        var (starts, indices, values) = ([0], [Int32](), [Double]())
        starts.reserveCapacity(first.count + 1)
        indices.reserveCapacity(count)
        values.reserveCapacity(count)
        for row in first.indices {
            var entry = first[row]
            while entry >= 0 {
                let (column, value) = (entries[Int(entry)].column, entries[Int(entry)].value)
                indices.append(column)
                values.append(value)
                entry = entries[Int(entry)].next
            }
            starts.append(indices.count)
        }
        let rows = first.count
        (entries, first) = ([], [])
        return try SparseRows(
            rows: rows, columns: columns, starts: starts, indices: indices, values: values)
    }
}
