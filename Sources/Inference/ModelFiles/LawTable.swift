import OptimistLinearAlgebra

/// Rows of probabilities of which later entries replace earlier ones.
struct LawTable {
    private(set) var rows: [[(column: Int32, value: Double)]]
    let columns: Int
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
        self.rows = Array(repeating: [], count: rows)
        self.columns = columns
    }

    /// Replaces one entry.
    mutating func set(_ row: Int, _ column: Int, _ value: Double) throws(ModelFileError) {
        let column = Int32(column)
        if rows[row].last.map({ $0.column < column }) ?? true {
            if value == 0 { return }
            rows[row].append((column, value))
            return try grow(by: 1)
        }
        let index = rows[row].firstIndex { $0.column >= column }!
        if rows[row][index].column == column {
            rows[row][index].value = value
        } else if value != 0 {
            rows[row].insert((column, value), at: index)
            try grow(by: 1)
        }
    }

    /// Replaces a row.
    mutating func set(_ row: Int, _ law: [Double]) throws(ModelFileError) {
        count -= rows[row].count
        rows[row] = law.enumerated().filter { $0.element != 0 }.map {
            (Int32($0.offset), $0.element)
        }
        try grow(by: rows[row].count)
    }

    private mutating func grow(by number: Int) throws(ModelFileError) {
        count += number
        if count > LawTable.limit {
            throw .tooLarge(what: "the number of probabilities", size: count, limit: LawTable.limit)
        }
        if count > room {
            // They are looked for in blocks: asking for each would take longer than reading.
            room = count + (1 << 20)
            try ModelFileError.require([1 << 20, 32], for: "\(room) probabilities")
        }
    }

    /// The rows in compressed form.
    var sparse: SparseRows {
        get throws(LinearAlgebraError) {
            var starts = [0]
            for row in rows { starts.append(starts[starts.count - 1] + row.count) }
            return try SparseRows(
                rows: rows.count, columns: columns, starts: starts,
                indices: rows.flatMap { $0.map(\.column) },
                values: rows.flatMap { $0.map(\.value) })
        }
    }
}
