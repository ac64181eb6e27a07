import OptimistCore

extension SparseRows {
    /// A matrix whose stored form is already at hand; nothing is copied or sorted.
    ///
    /// - Parameters:
    ///   - rows: the number of rows.
    ///   - columns: the number of columns.
    ///   - starts: where each row begins, ascending from 0, `[rows + 1]`.
    ///   - indices: the column of each entry, strictly ascending within a row.
    ///   - values: the value of each entry.
    /// - Throws: `LinearAlgebraError.outOfRange` for the first entry outside the shape or out of
    ///   order.
    public init(
        rows: Int, columns: Int, starts: [Int], indices: [Int32], values: [Double]
    ) throws(LinearAlgebraError) {
        if rows < 0 || columns < 0 || columns > Int(Int32.max) || starts.count != rows + 1
            || starts[0] != 0 || starts[rows] != indices.count || values.count != indices.count
            || zip(starts, starts.dropFirst()).contains(where: { $0 > $1 })
        {
            fail(
                "SparseRows",
                "\(starts.count) starts, \(indices.count) columns and \(values.count) values for "
                    + "\(rows)x\(columns)")
        }
        for row in 0..<rows {
            var last = -1
            for position in starts[row]..<starts[row + 1] {
                let column = Int(indices[position])
                if column <= last || column >= columns {
                    throw .outOfRange(row: row, column: column, rows: rows, columns: columns)
                }
                last = column
            }
        }
        self.init(checkedRows: rows, columns: columns, starts, indices, values)
    }
}
