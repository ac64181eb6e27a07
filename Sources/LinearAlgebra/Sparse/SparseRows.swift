import OptimistCore

/// A sparse matrix stored by rows (compressed sparse rows): the tables of large finite models.
@frozen
public struct SparseRows: Equatable, Sendable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// Row i holds the entries `starts[i]..<starts[i + 1]`; `[rows + 1]`.
    public let starts: [Int]
    /// The column of each entry, ascending within a row.
    public let indices: [Int32]
    /// The value of each entry.
    public let values: [Double]

    /// One entry.
    public struct Entry: Equatable, Sendable {
        /// Its row.
        public var row: Int
        /// Its column.
        public var column: Int
        /// Its value; entries of one place are summed.
        public var value: Double

        /// An entry with all its parts.
        public init(row: Int, column: Int, value: Double) {
            self.row = row
            self.column = column
            self.value = value
        }
    }

    /// A matrix from entries in any order; those of one place are summed in the order given.
    ///
    /// - Throws: `LinearAlgebraError.outOfRange` for the first entry outside the shape.
    public init(rows: Int, columns: Int, _ entries: [Entry]) throws(LinearAlgebraError) {
        if rows < 0 || columns < 0 || columns > Int(Int32.max) {
            fail("SparseRows", "\(rows)x\(columns) is no shape")
        }
        var starts = Array(repeating: 0, count: rows + 1)
        for entry in entries {
            if entry.row < 0 || entry.row >= rows || entry.column < 0 || entry.column >= columns {
                throw .outOfRange(
                    row: entry.row, column: entry.column, rows: rows, columns: columns)
            }
            starts[entry.row + 1] += 1
        }
        for row in 0..<rows { starts[row + 1] += starts[row] }
        // Counting sort by row keeps the order of entries, so sums do not depend on anything else.
        var next = starts
        var order = Array(repeating: 0, count: entries.count)
        for (position, entry) in entries.enumerated() {
            order[next[entry.row]] = position
            next[entry.row] += 1
        }
        (self.rows, self.columns) = (rows, columns)
        (self.starts, indices, values) = SparseRows.merge(entries, order, starts)
    }

    /// A matrix from parts that were found to fit.
    init(
        checkedRows rows: Int, columns: Int, _ starts: [Int], _ indices: [Int32],
        _ values: [Double]
    ) {
        (self.rows, self.columns) = (rows, columns)
        (self.starts, self.indices, self.values) = (starts, indices, values)
    }

    /// Sorts each row by column and sums the entries of one place.
    private static func merge(
        _ entries: [Entry], _ order: [Int], _ starts: [Int]
    ) -> ([Int], [Int32], [Double]) {
        var (merged, indices, values) = ([0], [Int32](), [Double]())
        indices.reserveCapacity(entries.count)
        values.reserveCapacity(entries.count)
        var positions: [Int] = []
        for row in 0..<starts.count - 1 {
            positions.removeAll(keepingCapacity: true)
            positions.append(contentsOf: order[starts[row]..<starts[row + 1]])
            positions.sort { (entries[$0].column, $0) < (entries[$1].column, $1) }
            let first = indices.count
            for position in positions {
                let column = Int32(entries[position].column)
                if indices.count > first, indices.last == column {
                    values[values.count - 1] += entries[position].value
                } else {
                    indices.append(column)
                    values.append(entries[position].value)
                }
            }
            merged.append(indices.count)
        }
        return (merged, indices, values)
    }

    /// The entries of a dense matrix that are not zero.
    public init(_ matrix: Matrix) {
        var (starts, indices, values) = ([0], [Int32](), [Double]())
        for i in 0..<matrix.rows {
            for j in 0..<matrix.columns where matrix[i, j] != 0 {
                indices.append(Int32(j))
                values.append(matrix[i, j])
            }
            starts.append(indices.count)
        }
        (rows, columns) = (matrix.rows, matrix.columns)
        (self.starts, self.indices, self.values) = (starts, indices, values)
    }

    /// The number of stored entries.
    public var count: Int { values.count }

    /// The same matrix with every element stored.
    public var dense: Matrix {
        var result = Matrix(rows: rows, columns: columns)
        for i in 0..<rows { forEachInRow(i) { result[i, $0] = $1 } }
        return result
    }
}
