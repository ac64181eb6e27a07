import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct SparseRowsTests {
    @Test func `entries in any order make the matrix, repeated ones are summed`() throws {
        let matrix = try SparseRows(
            rows: 3, columns: 4,
            [
                .init(row: 2, column: 3, value: 1), .init(row: 0, column: 1, value: 2),
                .init(row: 2, column: 0, value: 3), .init(row: 0, column: 1, value: 0.5),
            ])
        #expect(matrix.starts == [0, 1, 1, 3] && matrix.indices == [1, 0, 3])
        #expect(matrix.values == [2.5, 3, 1] && matrix.count == 3)
        #expect(matrix.dense == Matrix([[0, 2.5, 0, 0], [0, 0, 0, 0], [3, 0, 0, 1]]))
        var row: [(Int, Double)] = []
        matrix.forEachInRow(2) { row.append(($0, $1)) }
        #expect(row.map(\.0) == [0, 3] && row.map(\.1) == [3, 1])
    }

    @Test func `products agree with the dense matrix`() throws {
        var generator = Generator(seed: 5)
        let entries = (0..<400).map { _ in
            SparseRows.Entry(
                row: generator.integer(below: 30), column: generator.integer(below: 50),
                value: generator.normal())
        }
        let sparse = try SparseRows(rows: 30, columns: 50, entries)
        let dense = sparse.dense
        #expect(SparseRows(dense) == sparse)
        let vector = randomVector(50, &generator)
        #expect(largestMagnitude(subtract(sparse * vector, dense * vector)) < 1e-13)
        #expect(abs(sparse.product(row: 7, vector) - dot(dense.row(7), vector)) < 1e-13)
        let left = randomVector(30, &generator)
        var result = Array(repeating: 9.0, count: 50)
        sparse.multiplyTransposed(left, into: &result)
        let expected = Matrix.transposed(dense, times: left)
        #expect(largestMagnitude(subtract(result, expected)) < 1e-13)
    }

    @Test func `an entry outside the shape is named`() {
        let error = #expect(throws: LinearAlgebraError.self) {
            try SparseRows(rows: 2, columns: 2, [.init(row: 1, column: 2, value: 1)])
        }
        #expect(error == .outOfRange(row: 1, column: 2, rows: 2, columns: 2))
        #expect(
            error?.description == "the entry [1, 2] lies outside a matrix of 2 rows and "
                + "2 columns; correct its indices or the shape")
    }

    @Test func `a matrix without entries multiplies to zero`() throws {
        let empty = try SparseRows(rows: 2, columns: 3, [])
        #expect(empty * [1, 2, 3] == [0, 0])
    }
}
