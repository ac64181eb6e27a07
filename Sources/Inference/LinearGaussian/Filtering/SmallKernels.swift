/// Loops over small dense matrices, row by row on pointers. They are inlined, so that where a size is
/// a constant at the call the compiler unrolls them.
enum SmallKernels<Scalar: BinaryFloatingPoint & SIMDScalar> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    /// result = left · right, `[rows, inner]` times `[inner, columns]`; four columns at a time.
    @inline(__always)
    static func multiply(
        _ left: Pointer, _ right: Pointer, _ result: Pointer, _ rows: Int, _ inner: Int,
        _ columns: Int
    ) {
        let blocked = columns & ~3
        for i in 0..<rows {
            var j = 0
            while j < blocked {
                var sum = SIMD4<Scalar>.zero
                for k in 0..<inner {
                    sum += left[i &* inner &+ k] * load(right + (k &* columns &+ j))
                }
                store(sum, result + (i &* columns &+ j))
                j &+= 4
            }
            while j < columns {
                var sum: Scalar = 0
                for k in 0..<inner { sum += left[i &* inner &+ k] * right[k &* columns &+ j] }
                result[i &* columns &+ j] = sum
                j &+= 1
            }
        }
    }

    /// result = left · right + added, made symmetric from its lower triangle; `[rows, inner]` times
    /// `[inner, rows]`. The result may be `added`, but no factor.
    @inline(__always)
    static func symmetricProduct(
        _ left: Pointer, _ right: Pointer, plus added: Pointer, _ result: Pointer, _ rows: Int,
        _ inner: Int
    ) {
        let blocked = rows & ~3
        for i in 0..<rows {
            var j = 0
            while j < blocked {
                var sum = load(added + (i &* rows &+ j))
                for k in 0..<inner {
                    sum += left[i &* inner &+ k] * load(right + (k &* rows &+ j))
                }
                store(sum, result + (i &* rows &+ j))
                j &+= 4
            }
            while j < rows {
                var sum = added[i &* rows &+ j]
                for k in 0..<inner { sum += left[i &* inner &+ k] * right[k &* rows &+ j] }
                result[i &* rows &+ j] = sum
                j &+= 1
            }
        }
        for i in 0..<rows {
            for j in 0..<i { result[j &* rows &+ i] = result[i &* rows &+ j] }
        }
    }

    @inline(__always)
    private static func load(_ pointer: Pointer) -> SIMD4<Scalar> {
        UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Scalar>.self)
    }

    @inline(__always)
    private static func store(_ value: SIMD4<Scalar>, _ pointer: Pointer) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD4<Scalar>.self)
    }

    /// matrix · vector + added.
    @inline(__always)
    static func multiply(
        _ matrix: Pointer, vector: Pointer, plus added: Pointer, _ result: Pointer, _ rows: Int,
        _ columns: Int
    ) {
        for i in 0..<rows {
            var sum = added[i]
            for k in 0..<columns { sum += matrix[i &* columns &+ k] * vector[k] }
            result[i] = sum
        }
    }

    /// The Cholesky factor in place of the lower triangle; the pivot that failed, or nil. A pivot
    /// that keeps less than four bits of its diagonal element means nothing and fails, too.
    @inline(__always)
    static func cholesky(_ l: Pointer, _ size: Int) -> (index: Int, value: Scalar)? {
        for j in 0..<size {
            var pivot = l[j &* size &+ j]
            let floor = 16 * Scalar.ulpOfOne * pivot
            for k in 0..<j { pivot -= l[j &* size &+ k] * l[j &* size &+ k] }
            if !(pivot > 0 && pivot > floor && pivot.isFinite) { return (j, pivot) }
            let root = pivot.squareRoot()
            l[j &* size &+ j] = root
            for i in j &+ 1..<max(size, j &+ 1) {
                var sum = l[i &* size &+ j]
                for k in 0..<j { sum -= l[i &* size &+ k] * l[j &* size &+ k] }
                l[i &* size &+ j] = sum / root
            }
        }
        return nil
    }

    /// right = L⁻¹ right for `columns` right-hand sides.
    @inline(__always)
    static func solveForward(_ l: Pointer, _ right: Pointer, _ size: Int, _ columns: Int) {
        for i in 0..<size {
            for j in 0..<columns {
                var value = right[i &* columns &+ j]
                for k in 0..<i { value -= l[i &* size &+ k] * right[k &* columns &+ j] }
                right[i &* columns &+ j] = value / l[i &* size &+ i]
            }
        }
    }

    /// right = L⁻ᵀ right for `columns` right-hand sides.
    @inline(__always)
    static func solveBackward(_ l: Pointer, _ right: Pointer, _ size: Int, _ columns: Int) {
        for step in 0..<size {
            let i = size &- 1 &- step
            for j in 0..<columns {
                var value = right[i &* columns &+ j]
                for k in i &+ 1..<max(size, i &+ 1) {
                    value -= l[k &* size &+ i] * right[k &* columns &+ j]
                }
                right[i &* columns &+ j] = value / l[i &* size &+ i]
            }
        }
    }

    /// Turns a matrix of at least as many rows as columns into R of its QR factorization by
    /// Householder reflections, the diagonal not negative; what is below it is left over.
    static func triangularize(_ a: Pointer, _ rows: Int, _ columns: Int) {
        for k in 0..<columns {
            var largest: Scalar = 0
            for i in k..<rows { largest = max(largest, abs(a[i * columns + k])) }
            if largest == 0 { continue }
            var square: Scalar = 0
            for i in k..<rows {
                let ratio = a[i * columns + k] / largest
                square += ratio * ratio
            }
            let length = largest * square.squareRoot()
            let head = a[k * columns + k]
            let sign: Scalar = head < 0 ? -1 : 1
            // The reflector is the column with its head moved away from zero.
            let first = head + sign * length
            let scale = 1 / (length * abs(first))
            for j in k + 1..<max(columns, k + 1) {
                var projection = first * a[k * columns + j]
                for i in k + 1..<rows { projection += a[i * columns + k] * a[i * columns + j] }
                projection *= scale
                a[k * columns + j] -= projection * first
                for i in k + 1..<rows { a[i * columns + j] -= projection * a[i * columns + k] }
            }
            a[k * columns + k] = -sign * length
            if sign > 0 {
                for j in k..<columns { a[k * columns + j] = -a[k * columns + j] }
            }
        }
    }
}
