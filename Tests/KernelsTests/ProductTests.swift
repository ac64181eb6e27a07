import OptimistCKernels
import OptimistCore
import Testing

/// The packed product against a loop in float64.
@Suite struct ProductTests {
    static let widths = [1, 3, 7, 17, 48, 200, 500]

    /// a [rows, inner] b [inner, columns] + start, in float64.
    static func naive(
        _ a: [Float], _ b: [Float], _ start: [Float], rows: Int, inner: Int, columns: Int
    ) -> [Double] {
        var result = start.map(Double.init)
        for i in 0..<rows {
            for p in 0..<inner {
                for j in 0..<columns {
                    result[i * columns + j] +=
                        Double(a[i * inner + p]) * Double(b[p * columns + j])
                }
            }
        }
        return result
    }

    static func transposed(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
        (0..<(rows * columns)).map { matrix[$0 % rows * columns + $0 / rows] }
    }

    @Test func `every instruction set finds the product of odd sizes`() {
        var generator = Generator(seed: 1)
        for set in kernelSets {
            for rows in [1, 2, 5, 7, 9, 64] {
                for inner in Self.widths {
                    for columns in Self.widths where rows < 64 || inner * columns < 20_000 {
                        check(set, rows, inner, columns, &generator)
                    }
                }
            }
        }
    }

    private func check(
        _ set: optimist_kernel_set, _ rows: Int, _ inner: Int, _ columns: Int,
        _ generator: inout Generator
    ) {
        let a = randomFloats(rows * inner, &generator)
        let b = randomFloats(inner * columns, &generator)
        let bias = randomFloats(columns, &generator)
        let start = (0..<(rows * columns)).map { bias[$0 % columns] }
        let expected = Self.naive(a, b, start, rows: rows, inner: inner, columns: columns)
        // A sum of n products below 1 rounds by less than n times half a unit of n.
        let tolerance = 1e-7 * Double(inner + 1)
        for turned in [false, true] {
            let left = turned ? Self.transposed(a, rows: rows, columns: inner) : a
            let right = turned ? Self.transposed(b, rows: inner, columns: columns) : b
            let panel = packed(set, right, inner: inner, columns: columns, transposed: turned)
            // Guards around the result catch a store beyond its end.
            var c = [Float](repeating: 7, count: rows * columns + 32)
            set.dense(
                rows, inner, columns, left, turned ? 1 : inner, turned ? rows : 1, panel.pointer,
                bias, &c, columns, Int32(OPTIMIST_COLUMN_BIAS))
            var error = zip(c, expected).map { abs(Double($0) - $1) }.max()!
            #expect(error < tolerance, "\(rows) \(inner) \(columns)")
            #expect(c.suffix(32).allSatisfy { $0 == 7 })
            set.dense(
                rows, inner, columns, left, turned ? 1 : inner, turned ? rows : 1, panel.pointer,
                nil, &c, columns, Int32(OPTIMIST_ACCUMULATE))
            error = (0..<expected.count).map {
                abs(Double(c[$0]) - 2 * expected[$0] + Double(start[$0]))
            }.max()!
            #expect(error < 3 * tolerance)
            let sides = randomFloats(rows, &generator)
            set.dense(
                rows, inner, columns, left, turned ? 1 : inner, turned ? rows : 1, panel.pointer,
                sides, &c, columns, Int32(OPTIMIST_ROW_BIAS))
            error = (0..<expected.count).map {
                let bias = Double(sides[$0 / columns]) - Double(start[$0])
                return abs(Double(c[$0]) - expected[$0] - bias)
            }.max()!
            #expect(error < 2 * tolerance)
        }
    }

    @Test func `rows and results may lie at any address and stride`() {
        var generator = Generator(seed: 2)
        for set in kernelSets {
            let (rows, inner, columns) = (11, 19, 37)
            let a = randomFloats(rows * 23 + 1, &generator)
            let b = randomFloats(inner * columns, &generator)
            let panel = packed(set, b, inner: inner, columns: columns, transposed: false)
            var c = [Float](repeating: 7, count: rows * 41 + 1)
            a.withUnsafeBufferPointer { a in
                c.withUnsafeMutableBufferPointer { c in
                    set.dense(
                        rows, inner, columns, a.baseAddress! + 1, 23, 1, panel.pointer, nil,
                        c.baseAddress! + 1, 41, 0)
                }
            }
            for i in 0..<rows {
                for j in 0..<columns {
                    let exact = (0..<inner).reduce(0.0) {
                        $0 + Double(a[1 + i * 23 + $1]) * Double(b[$1 * columns + j])
                    }
                    #expect(abs(Double(c[1 + i * 41 + j]) - exact) < 1e-5)
                }
                #expect(
                    c[(1 + i * 41 + columns)..<min(1 + (i + 1) * 41, c.count)].allSatisfy {
                        $0 == 7
                    })
            }
        }
    }

    @Test func `the same call gives the same bits however the rows are cut`() {
        var generator = Generator(seed: 3)
        for set in kernelSets {
            let (rows, inner, columns) = (40, 200, 72)
            let a = randomFloats(rows * inner, &generator)
            let b = randomFloats(inner * columns, &generator)
            let panel = packed(set, b, inner: inner, columns: columns, transposed: false)
            var whole = [Float](repeating: 0, count: rows * columns)
            var parts = whole
            set.dense(rows, inner, columns, a, inner, 1, panel.pointer, nil, &whole, columns, 0)
            a.withUnsafeBufferPointer { a in
                parts.withUnsafeMutableBufferPointer { parts in
                    for (begin, count) in [(0, 1), (1, 22), (23, 17)] {
                        set.dense(
                            count, inner, columns, a.baseAddress! + begin * inner, inner, 1,
                            panel.pointer, nil, parts.baseAddress! + begin * columns, columns, 0)
                    }
                }
            }
            #expect(whole == parts)
        }
    }

    @Test func `column sums add all rows`() {
        var generator = Generator(seed: 4)
        for set in kernelSets {
            for columns in Self.widths {
                let b = randomFloats(9 * columns, &generator)
                var sums = [Float](repeating: 1, count: columns)
                set.column_sums(9, columns, b, columns, &sums, 1)
                for j in 0..<columns {
                    let exact = (0..<9).reduce(1.0) { $0 + Double(b[$1 * columns + j]) }
                    #expect(abs(Double(sums[j]) - exact) < 1e-5)
                }
            }
        }
    }
}
