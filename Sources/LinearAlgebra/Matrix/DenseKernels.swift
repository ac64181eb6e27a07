/// The inner loops of products and triangular solves, on pointers. Four columns at a time stay in
/// registers over the whole inner loop, so results are stored once and nothing can alias.
enum DenseKernels {
    /// Elements of a matrix by strides: (i, k) lies at `i · row + k · inner`.
    struct Strided {
        let base: UnsafePointer<Double>
        let row: Int
        let inner: Int
    }

    /// result (+)= left · right for a left matrix in either orientation.
    static func multiply(
        _ left: Strided, _ right: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>, rows: Int, inner: Int, columns: Int, adding: Bool
    ) {
        let blocked = columns & ~3
        for i in 0..<rows {
            let leftRow = left.base + i * left.row
            let target = result + i * columns
            var j = 0
            while j < blocked {
                var sum = adding ? load(target + j) : .zero
                for k in 0..<inner {
                    sum += leftRow[k * left.inner] * load(right + (k * columns + j))
                }
                store(sum, target + j)
                j += 4
            }
            while j < columns {
                var sum = adding ? target[j] : 0
                for k in 0..<inner { sum += leftRow[k * left.inner] * right[k * columns + j] }
                target[j] = sum
                j += 1
            }
        }
    }

    /// The inner product of two contiguous vectors.
    static func dot(
        _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, count: Int
    ) -> Double {
        let blocked = count & ~3
        var sums = SIMD4<Double>.zero
        var k = 0
        while k < blocked {
            sums += load(left + k) * load(right + k)
            k += 4
        }
        var sum = sums.sum()
        while k < count {
            sum += left[k] * right[k]
            k += 1
        }
        return sum
    }

    /// Solves a triangular system in place for `columns` right-hand sides. Element (i, k) of the
    /// triangle lies at `i · row + k · inner`; a forward solve starts with the first row.
    static func solve(
        _ triangle: Strided, size: Int, forward: Bool, unitDiagonal: Bool,
        _ right: UnsafeMutablePointer<Double>, columns: Int
    ) {
        let blocked = columns & ~3
        for step in 0..<size {
            let i = forward ? step : size - 1 - step
            let row = triangle.base + i * triangle.row
            let pivot = unitDiagonal ? 1 : row[i * triangle.inner]
            let solved = forward ? 0..<i : i + 1..<size
            let target = right + i * columns
            var j = 0
            while j < blocked {
                var value = load(target + j)
                for k in solved {
                    value -= row[k * triangle.inner] * load(right + (k * columns + j))
                }
                store(value / pivot, target + j)
                j += 4
            }
            while j < columns {
                var value = target[j]
                for k in solved { value -= row[k * triangle.inner] * right[k * columns + j] }
                target[j] = value / pivot
                j += 1
            }
        }
    }

    @inline(__always)
    private static func load(_ pointer: UnsafePointer<Double>) -> SIMD4<Double> {
        UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
    }

    @inline(__always)
    private static func store(_ value: SIMD4<Double>, _ pointer: UnsafeMutablePointer<Double>) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD4<Double>.self)
    }
}
