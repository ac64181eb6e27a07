import OptimistCore

extension Matrix {
    /// Whether there are as many rows as columns.
    @inlinable
    public var isSquare: Bool { rows == columns }

    /// A row as a vector.
    public func row(_ index: Int) -> [Double] {
        if index < 0 || index >= rows { fail("Matrix.row", "\(index) of \(shape)") }
        return Array(storage[index * columns..<(index + 1) * columns])
    }

    /// A column as a vector.
    public func column(_ index: Int) -> [Double] {
        (0..<rows).map { self[$0, index] }
    }

    /// The diagonal as a vector.
    public var diagonal: [Double] { (0..<min(rows, columns)).map { storage[$0 * columns + $0] } }

    /// The sum of the diagonal.
    public var trace: Double { diagonal.reduce(0, +) }

    /// A block as a matrix of its own.
    public func block(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> Matrix {
        Matrix(rows: rowRange.count, columns: columnRange.count) {
            self[rowRange.lowerBound + $0, columnRange.lowerBound + $1]
        }
    }

    /// Replaces the block whose first element is at a row and a column.
    public mutating func setBlock(row: Int, column: Int, _ block: Matrix) {
        if row < 0 || column < 0 || row + block.rows > rows || column + block.columns > columns {
            fail("Matrix.setBlock", "\(block.shape) at [\(row), \(column)] of \(shape)")
        }
        for i in 0..<block.rows {
            for j in 0..<block.columns { self[row + i, column + j] = block[i, j] }
        }
    }

    /// Rows and columns exchanged.
    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for i in 0..<rows {
            for j in 0..<columns { result.storage[j * rows + i] = storage[i * columns + j] }
        }
        return result
    }

    /// Replaces the matrix by the mean of itself and its transpose.
    public mutating func symmetrize() {
        if !isSquare { fail("Matrix.symmetrize", "\(shape) is not square") }
        let size = rows
        withUnsafeMutableElements { elements in
            for i in 0..<size {
                for j in 0..<i {
                    let mean = (elements[i * size + j] + elements[j * size + i]) / 2
                    elements[i * size + j] = mean
                    elements[j * size + i] = mean
                }
            }
        }
    }

    /// The mean of the matrix and its transpose.
    public var symmetrized: Matrix {
        var result = self
        result.symmetrize()
        return result
    }

    /// The square root of the sum of squares.
    public var frobeniusNorm: Double { norm(storage) }

    /// The largest absolute value; 0 for an empty matrix.
    public var largestMagnitude: Double { storage.reduce(0) { max($0, abs($1)) } }

    /// The largest sum of absolute values of a column, the norm that 1-norms of vectors induce.
    public var oneNorm: Double {
        (0..<columns).reduce(0) { largest, j in
            max(largest, (0..<rows).reduce(0) { $0 + abs(self[$1, j]) })
        }
    }

    /// Whether every element is finite.
    public var isFinite: Bool { storage.allSatisfy { $0.isFinite } }
}
