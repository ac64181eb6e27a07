import OptimistCore
import OptimistLinearAlgebra
import Testing

@Suite struct SparseSystemTests {
    /// I − γ P of a random chain with a few successors each, in which some states are hard to leave.
    private static func chain(_ states: Int, discount: Double, seed: UInt64) throws -> SparseRows {
        var generator = Generator(seed: seed)
        var entries: [SparseRows.Entry] = []
        for row in 0..<states {
            entries.append(.init(row: row, column: row, value: 1 - discount * 0.5))
            for weight in [0.3, 0.15, 0.05] {
                let column = min(max(row + generator.integer(below: 9) - 4, 0), states - 1)
                entries.append(.init(row: row, column: column, value: -discount * weight))
            }
        }
        return try SparseRows(rows: states, columns: states, entries)
    }

    @Test(arguments: [48, 49, 97, 203])
    func `elimination in blocks solves and multiplies to the permuted matrix`(size: Int) throws {
        var generator = Generator(seed: UInt64(size))
        let matrix = Matrix.random(size, size, &generator)
        let lu = try LU(matrix)
        let lower = Matrix(rows: size, columns: size) {
            $0 > $1 ? lu.factors[$0, $1] : $0 == $1 ? 1 : 0
        }
        let upper = Matrix(rows: size, columns: size) { $0 <= $1 ? lu.factors[$0, $1] : 0 }
        let product = lower * upper
        for row in 0..<size {
            // Partial pivoting: no factor of L is larger than one.
            #expect(lower.row(row).allSatisfy { abs($0) <= 1 })
            let difference = subtract(product.row(row), matrix.row(lu.permutation[row]))
            #expect(largestMagnitude(difference) < 1e-11)
        }
        let right = randomVector(size, &generator)
        #expect(largestMagnitude(subtract(matrix * (try lu.solution(right)), right)) < 1e-9)
    }

    @Test func `a dependent column is found behind the first block`() throws {
        var generator = Generator(seed: 4)
        var matrix = Matrix.random(120, 120, &generator)
        for i in 0..<120 { matrix[i, 100] = 0 }
        #expect(throws: LinearAlgebraError.singular(column: 100)) {
            try LU(matrix).solution(randomVector(120, &generator))
        }
    }

    @Test(arguments: BiCGSTAB.Preconditioner.allCases)
    func `iteration agrees with elimination`(preconditioner: BiCGSTAB.Preconditioner) throws {
        var generator = Generator(seed: 11)
        for discount in [0.9, 0.999] {
            let matrix = try SparseSystemTests.chain(400, discount: discount, seed: 7)
            let right = randomVector(400, &generator)
            let exact = try LU(matrix.dense).solution(right)
            for norm in [BiCGSTAB.Norm.largest, .sum] {
                let found = try BiCGSTAB(matrix, preconditioner: preconditioner)
                    .solution(right, tolerance: 1e-9, norm: norm)
                // ‖e‖ ≤ ‖r‖ / (1 − γ).
                #expect(largestMagnitude(subtract(found.vector, exact)) < 1e-9 / (1 - discount))
                #expect(found.residual <= 1e-9 && found.iterations > 0)
                let again = try BiCGSTAB(matrix, preconditioner: preconditioner)
                    .solution(right, startingFrom: found.vector, tolerance: 1e-9, norm: norm)
                #expect(again.iterations == 0 && again.vector == found.vector)
            }
        }
    }

    @Test func `two thousand equations: elimination and iteration agree`() throws {
        var generator = Generator(seed: 12)
        let matrix = try SparseSystemTests.chain(2000, discount: 0.99, seed: 9)
        let right = randomVector(2000, &generator)
        let exact = try LU(matrix.dense).solution(right)
        let found = try BiCGSTAB(matrix).solution(right, tolerance: 1e-12)
        #expect(largestMagnitude(subtract(found.vector, exact)) < 2e-10)
    }

    @Test func `what does not converge says how far it came`() throws {
        let matrix = try SparseSystemTests.chain(400, discount: 0.9999, seed: 7)
        let ones = Array(repeating: 1.0, count: 400)
        let start = ones.indices.map { Double($0 % 7) }
        let solver = try BiCGSTAB(matrix, preconditioner: .none)
        let error = try #require(throws: LinearAlgebraError.self) {
            try solver.solution(
                ones, startingFrom: start, tolerance: 1e-9, maximumIterations: 3)
        }
        guard case .residual(let residual, let tolerance, let iterations) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(residual > 1e-9 && tolerance == 1e-9 && iterations == 3)
        #expect(error.description.hasPrefix("after 3 iterations the residual is"))
        // x₁ + x₂ = 1 and x₁ + x₂ = 2: no iteration helps.
        let contradiction = try SparseRows(
            rows: 2, columns: 2, starts: [0, 2, 4], indices: [0, 1, 0, 1], values: [1, 1, 1, 1])
        #expect(throws: LinearAlgebraError.self) {
            try BiCGSTAB(contradiction, preconditioner: .diagonal)
                .solution([1, 2], tolerance: 1e-9)
        }
        #expect(throws: LinearAlgebraError.singular(column: 1)) {
            try BiCGSTAB(contradiction, preconditioner: .incompleteLU)
        }
    }

    @Test func `incomplete elimination of a matrix without fill-in is exact`() throws {
        var generator = Generator(seed: 5)
        let matrix = Matrix(rows: 50, columns: 50) {
            $0 == $1 ? 3 : abs($0 - $1) == 1 ? -1 - 0.01 * Double($0) : 0
        }
        var vector = randomVector(50, &generator)
        let right = vector
        try IncompleteLU(SparseRows(matrix)).solve(&vector)
        #expect(largestMagnitude(subtract(matrix * vector, right)) < 1e-13)
    }

    @Test func `the transpose of sparse rows`() throws {
        var generator = Generator(seed: 6)
        let entries = (0..<300).map { _ in
            SparseRows.Entry(
                row: generator.integer(below: 20), column: generator.integer(below: 70),
                value: generator.normal())
        }
        let matrix = try SparseRows(rows: 20, columns: 70, entries)
        #expect(matrix.transposed.dense == matrix.dense.transposed)
        #expect(matrix.transposed.transposed == matrix)
    }
}
