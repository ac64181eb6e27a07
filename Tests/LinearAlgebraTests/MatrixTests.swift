import Foundation
import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct MatrixTests {
    private let a = Matrix([[1, 2, 3], [4, 5, 6]])
    private let b = Matrix([[7, 8], [9, 10], [11, 12]])

    @Test func `products are those of the textbook`() {
        #expect(a * b == Matrix([[58, 64], [139, 154]]))
        #expect(a * [1, 0, -1] == [-2, -2])
        #expect(Matrix.transposed(a, times: [1, -1]) == [-3, -3, -3])
        #expect(a.transposed == Matrix([[1, 4], [2, 5], [3, 6]]))
        #expect(Matrix([[1, 2], [3, 4]]).bilinear([1, -1], [2, 5]) == -14)
        #expect(Matrix([[1, 2], [3, 4]]).quadratic([1, 1]) == 10)
    }

    @Test func `every form of a product gives the same`() {
        var generator = Generator(seed: 1)
        for (m, k, n) in [(1, 1, 1), (3, 5, 2), (7, 1, 4), (16, 16, 16), (33, 20, 9)] {
            let left = Matrix.random(m, k, &generator)
            let right = Matrix.random(k, n, &generator)
            let byElements = Matrix(rows: m, columns: n) { i, j in
                dot(left.row(i), right.column(j))
            }
            #expect((left * right).distance(to: byElements) < 1e-13)
            #expect(
                Matrix.transposed(left.transposed, times: right).distance(to: byElements) < 1e-13)
            #expect(left.timesTransposed(right.transposed).distance(to: byElements) < 1e-13)
            var added = byElements
            Matrix.multiply(left, right, into: &added, adding: true)
            #expect(added.distance(to: 2 * byElements) < 1e-13)
            let vector = randomVector(k, &generator)
            #expect(
                Matrix.column(left * vector).distance(to: left * Matrix.column(vector)) < 1e-13)
        }
    }

    @Test func `a sandwich is symmetric to the bit`() {
        var generator = Generator(seed: 2)
        let map = Matrix.random(4, 6, &generator)
        let result = map.sandwich(Matrix.randomPositive(6, &generator))
        #expect(result == result.transposed)
    }

    @Test func `parts are read and replaced`() {
        var matrix = Matrix(rows: 3, columns: 3) { Double(10 * $0 + $1) }
        #expect(matrix.row(1) == [10, 11, 12] && matrix.column(2) == [2, 12, 22])
        #expect(matrix.diagonal == [0, 11, 22] && matrix.trace == 33)
        #expect(matrix.block(rows: 1..<3, columns: 0..<2) == Matrix([[10, 11], [20, 21]]))
        matrix.setBlock(row: 0, column: 1, Matrix([[5, 6], [7, 8]]))
        #expect(matrix == Matrix([[0, 5, 6], [10, 7, 8], [20, 21, 22]]))
        #expect(matrix.symmetrized[0, 2] == 13 && matrix.symmetrized[2, 0] == 13)
        #expect(matrix.oneNorm == 36 && matrix.largestMagnitude == 22)
        #expect(Matrix.outer([1, 2], [3, 4]) == Matrix([[3, 4], [6, 8]]))
    }

    @Test func `arithmetic goes element by element`() {
        let c = Matrix([[1, -1, 0.5], [0, 2, -6]])
        #expect(a + c == Matrix([[2, 1, 3.5], [4, 7, 0]]))
        #expect(a - c == Matrix([[0, 3, 2.5], [4, 3, 12]]))
        #expect(-c == Matrix([[-1, 1, -0.5], [0, -2, 6]]) && 2 * c == c + c)
        var copy = a
        copy.add(c, times: 4)
        #expect(copy == a + 4 * c && copy != a)
    }

    @Test func `norms survive numbers near the ends of the range`() {
        #expect(norm([3, 4]) == 5 && norm([]) == 0)
        #expect(abs(norm([3e200, 4e200]) / 5e200 - 1) < 1e-15)
        #expect(abs(norm([3e-200, 4e-200]) / 5e-200 - 1) < 1e-15)
        #expect(norm([1, .infinity]) == .infinity && norm([1, .nan]).isNaN)
    }

    @Test func `a matrix survives being written and read, a broken one is refused`() throws {
        let data = try JSONEncoder().encode(a)
        #expect(try JSONDecoder().decode(Matrix.self, from: data) == a)
        for text in [
            #"{"rows":2,"columns":2,"elements":[1,2,3]}"#,
            #"{"rows":-1,"columns":-1,"elements":[1]}"#,
            #"{"rows":4611686018427387904,"columns":4,"elements":[]}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(Matrix.self, from: Data(text.utf8))
            }
        }
    }

    @Test func `shapes that do not fit are named`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Matrix(rows: 2, columns: 3) * Matrix(rows: 4, columns: 1)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("Matrix.multiply: 2x3 times 4x1 into 2x1"))
    }

    @Test func `an element outside is named`() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            _ = Matrix(rows: 2, columns: 3)[0, 3]
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("Matrix.subscript: [0, 3] of 2x3"))
    }
}
