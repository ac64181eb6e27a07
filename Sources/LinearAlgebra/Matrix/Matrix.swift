import OptimistCore

/// A dense matrix of 64-bit floats with value semantics, stored row by row.
///
/// Meant for small sizes (up to about 64 rows): exact inference, filters and control. Loops that
/// must not allocate use the `into:` forms of the products and the factorizations' `refactor`.
@frozen
public struct Matrix: Equatable, Sendable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    @usableFromInline var storage: [Double]

    /// A matrix whose elements are all the same.
    @inlinable
    public init(rows: Int, columns: Int, repeating value: Double = 0) {
        if rows < 0 || columns < 0 { fail("Matrix", "\(rows)x\(columns) is no shape") }
        self.rows = rows
        self.columns = columns
        storage = Array(repeating: value, count: rows * columns)
    }

    /// A matrix of elements given row by row.
    @inlinable
    public init(rows: Int, columns: Int, _ elements: [Double]) {
        if rows < 0 || columns < 0 || elements.count != rows * columns {
            fail("Matrix", "\(elements.count) elements for \(rows)x\(columns)")
        }
        self.rows = rows
        self.columns = columns
        storage = elements
    }

    /// A matrix from its rows, all equally long.
    public init(_ rows: [[Double]]) {
        let columns = rows.first?.count ?? 0
        if let ragged = rows.firstIndex(where: { $0.count != columns }) {
            fail("Matrix", "row \(ragged) has \(rows[ragged].count) columns, row 0 \(columns)")
        }
        self.init(rows: rows.count, columns: columns, Array(rows.joined()))
    }

    /// A matrix whose element at row i and column j is a function of both.
    public init(rows: Int, columns: Int, _ element: (Int, Int) throws -> Double) rethrows {
        self.init(rows: rows, columns: columns)
        for i in 0..<rows {
            for j in 0..<columns { storage[i * columns + j] = try element(i, j) }
        }
    }

    /// The identity of a size.
    public static func identity(_ size: Int) -> Matrix {
        diagonal(Array(repeating: 1, count: size))
    }

    /// A square matrix with the given diagonal and zeros beside it.
    public static func diagonal(_ elements: [Double]) -> Matrix {
        var result = Matrix(rows: elements.count, columns: elements.count)
        for (i, element) in elements.enumerated() { result[i, i] = element }
        return result
    }

    /// A matrix of one column.
    public static func column(_ elements: [Double]) -> Matrix {
        Matrix(rows: elements.count, columns: 1, elements)
    }

    /// The outer product of two vectors, `left · rightᵀ`.
    public static func outer(_ left: [Double], _ right: [Double]) -> Matrix {
        Matrix(rows: left.count, columns: right.count) { left[$0] * right[$1] }
    }

    /// The elements row by row.
    @inlinable
    public var elements: [Double] { storage }

    /// The element at a row and a column.
    @inlinable
    public subscript(row: Int, column: Int) -> Double {
        get {
            check(row, column)
            return storage[row * columns + column]
        }
        set {
            check(row, column)
            storage[row * columns + column] = newValue
        }
    }

    @inlinable
    func check(_ row: Int, _ column: Int) {
        if row < 0 || row >= rows || column < 0 || column >= columns {
            fail("Matrix.subscript", "[\(row), \(column)] of \(rows)x\(columns)")
        }
    }

    /// Runs a closure over the elements, row by row, without copying them.
    @inlinable
    public func withUnsafeElements<Result>(
        _ body: (UnsafeBufferPointer<Double>) throws -> Result
    ) rethrows -> Result {
        try storage.withUnsafeBufferPointer(body)
    }

    /// Runs a closure that may change the elements in place.
    @inlinable
    public mutating func withUnsafeMutableElements<Result>(
        _ body: (UnsafeMutableBufferPointer<Double>) throws -> Result
    ) rethrows -> Result {
        try storage.withUnsafeMutableBufferPointer { try body($0) }
    }

    @usableFromInline
    var shape: String { "\(rows)x\(columns)" }
}

extension Matrix: CustomStringConvertible {
    /// The rows, one a line.
    public var description: String {
        (0..<rows).map { "\(row($0))" }.joined(separator: "\n")
    }
}
