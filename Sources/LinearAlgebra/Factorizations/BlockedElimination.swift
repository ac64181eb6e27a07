/// Gaussian elimination with partial pivoting in place, a block of columns at a time (Golub and Van
/// Loan, "Matrix Computations", 4th edition, section 3.2.11).
///
/// Within a block, columns are eliminated one by one; what lies right of it then changes by one
/// product, which reads each element once a block and not once a column.
struct BlockedElimination {
    /// The matrix by rows, which becomes its factors.
    let base: UnsafeMutablePointer<Double>
    let size: Int
    /// Columns in a block: 48 rows of 2,000 fit into the second cache.
    private let width = 48

    /// Eliminates; the closure learns which rows were exchanged.
    func run(_ exchanged: (_ row: Int, _ other: Int) -> Void) {
        for first in stride(from: 0, to: size, by: width) {
            let columns = first..<min(first + width, size)
            eliminate(columns, exchanged)
            if columns.upperBound == size { return }
            substitute(columns)
            update(columns)
        }
    }

    /// Eliminates the columns of a block in all rows below; exchanges whole rows.
    private func eliminate(_ columns: Range<Int>, _ exchanged: (Int, Int) -> Void) {
        for k in columns {
            var best = k
            for i in k + 1..<size where abs(base[i * size + k]) > abs(base[best * size + k]) {
                best = i
            }
            if base[best * size + k] == 0 { continue }
            let pivot = base + k * size
            if best != k {
                let other = base + best * size
                for j in 0..<size { (pivot[j], other[j]) = (other[j], pivot[j]) }
                exchanged(k, best)
            }
            for i in k + 1..<size {
                let row = base + i * size
                if row[k] == 0 { continue }
                let factor = row[k] / pivot[k]
                row[k] = factor
                for j in k + 1..<columns.upperBound { row[j] -= factor * pivot[j] }
            }
        }
    }

    /// Right of the block, its own rows become those of U.
    private func substitute(_ columns: Range<Int>) {
        for k in columns {
            let pivot = base + k * size
            for i in k + 1..<columns.upperBound {
                let row = base + i * size
                let factor = row[k]
                if factor == 0 { continue }
                for j in columns.upperBound..<size { row[j] -= factor * pivot[j] }
            }
        }
    }

    /// Takes L · U of the block from all that is below and right of it, 4 by 4 elements at a time.
    private func update(_ block: Range<Int>) {
        let end = block.upperBound
        let (rows, columns) = (end + (size - end) / 4 * 4, end + (size - end) / 4 * 4)
        for i in stride(from: end, to: rows, by: 4) {
            for j in stride(from: end, to: columns, by: 4) { updateTile(i, j, block) }
        }
        for i in end..<size {
            for k in block {
                let factor = base[i * size + k]
                if factor == 0 { continue }
                for j in (i < rows ? columns : end)..<size {
                    base[i * size + j] -= factor * base[k * size + j]
                }
            }
        }
    }

    @inline(__always)
    private func updateTile(_ i: Int, _ j: Int, _ block: Range<Int>) {
        let (row0, row1) = (base + i * size, base + (i + 1) * size)
        let (row2, row3) = (base + (i + 2) * size, base + (i + 3) * size)
        var (sum0, sum1) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        var (sum2, sum3) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
        for k in block {
            let right = UnsafeRawPointer(base + (k * size + j))
                .loadUnaligned(as: SIMD4<Double>.self)
            sum0 += row0[k] * right
            sum1 += row1[k] * right
            sum2 += row2[k] * right
            sum3 += row3[k] * right
        }
        subtract(sum0, row0 + j)
        subtract(sum1, row1 + j)
        subtract(sum2, row2 + j)
        subtract(sum3, row3 + j)
    }

    @inline(__always)
    private func subtract(_ sum: SIMD4<Double>, _ place: UnsafeMutablePointer<Double>) {
        let raw = UnsafeMutableRawPointer(place)
        raw.storeBytes(
            of: raw.loadUnaligned(as: SIMD4<Double>.self) - sum, as: SIMD4<Double>.self)
    }
}
