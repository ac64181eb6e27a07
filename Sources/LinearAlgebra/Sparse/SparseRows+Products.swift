import OptimistCore

extension SparseRows {
    /// Runs a closure over the column and value of each entry of a row, by ascending column.
    @inlinable
    public func forEachInRow(_ row: Int, _ body: (Int, Double) throws -> Void) rethrows {
        for position in starts[row]..<starts[row + 1] {
            try body(Int(indices[position]), values[position])
        }
    }

    /// The inner product of a row with a vector.
    @inlinable
    public func product(row: Int, _ vector: [Double]) -> Double {
        if vector.count != columns {
            fail("SparseRows.product", "\(rows)x\(columns) times \(vector.count)")
        }
        var sum = 0.0
        for position in starts[row]..<starts[row + 1] {
            sum += values[position] * vector[Int(indices[position])]
        }
        return sum
    }

    /// The product with a column vector.
    public static func * (matrix: SparseRows, vector: [Double]) -> [Double] {
        var result = Array(repeating: 0.0, count: matrix.rows)
        matrix.multiply(vector, into: &result)
        return result
    }

    /// Writes the product with a column vector; allocates nothing.
    public func multiply(_ vector: [Double], into result: inout [Double]) {
        if vector.count != columns || result.count != rows {
            fail(
                "SparseRows.multiply",
                "\(rows)x\(columns) times \(vector.count) into \(result.count)")
        }
        vector.withUnsafeBufferPointer { vector in
            values.withUnsafeBufferPointer { values in
                indices.withUnsafeBufferPointer { indices in
                    for row in 0..<rows {
                        var sum = 0.0
                        for position in starts[row]..<starts[row + 1] {
                            sum += values[position] * vector[Int(indices[position])]
                        }
                        result[row] = sum
                    }
                }
            }
        }
    }

    /// Writes transpose · vector, as forward messages need it; allocates nothing.
    public func multiplyTransposed(_ vector: [Double], into result: inout [Double]) {
        if vector.count != rows || result.count != columns {
            fail(
                "SparseRows.multiplyTransposed",
                "(\(rows)x\(columns))ᵀ times \(vector.count) into \(result.count)")
        }
        result.withUnsafeMutableBufferPointer { result in
            result.update(repeating: 0)
            for row in 0..<rows {
                let factor = vector[row]
                if factor == 0 { continue }
                for position in starts[row]..<starts[row + 1] {
                    result[Int(indices[position])] += factor * values[position]
                }
            }
        }
    }
}
