import OptimistCore

extension SparseRows {
    /// The transpose; the entries of each of its rows are in ascending order.
    public var transposed: SparseRows {
        if rows > Int(Int32.max) { fail("SparseRows.transposed", "\(rows)x\(columns)") }
        var begins = Array(repeating: 0, count: columns + 1)
        for column in indices { begins[Int(column) + 1] += 1 }
        for column in 0..<columns { begins[column + 1] += begins[column] }
        var next = begins
        // Rows are visited in order, so what arrives in a column is sorted.
        var moved: [Double] = []
        let rowOf = [Int32](unsafeUninitializedCapacity: count) { rowOf, rowCount in
            moved = Array(unsafeUninitializedCapacity: count) { moved, movedCount in
                next.withUnsafeMutableBufferPointer { next in
                    for row in 0..<rows {
                        for position in starts[row]..<starts[row + 1] {
                            let column = Int(indices[position])
                            rowOf[next[column]] = Int32(row)
                            moved[next[column]] = values[position]
                            next[column] += 1
                        }
                    }
                }
                movedCount = count
            }
            rowCount = count
        }
        return SparseRows(checkedRows: columns, columns: rows, begins, rowOf, moved)
    }
}
