import OptimistCKernels
import OptimistCore

extension SparseRows {
    /// result[i] = base[i] + scale · (row i · vector) for a range of rows; allocates nothing.
    ///
    /// - Parameters:
    ///   - range: the rows.
    ///   - vector: `[columns]`.
    ///   - base: what is added, the element of the first row first.
    ///   - scale: the factor of the product.
    ///   - result: the result, the element of the first row first.
    public func multiply(
        rows range: Range<Int>, _ vector: UnsafeBufferPointer<Double>,
        base: UnsafePointer<Double>, scale: Double, into result: UnsafeMutablePointer<Double>
    ) {
        if vector.count != columns || range.lowerBound < 0 || range.upperBound > rows {
            fail("SparseRows.multiply", "rows \(range) of \(rows)x\(columns), \(vector.count)")
        }
        starts.withUnsafeBufferPointer { starts in
            indices.withUnsafeBufferPointer { indices in
                values.withUnsafeBufferPointer { values in
                    optimist_sparse().pointee.multiply(
                        range.count, starts.baseAddress! + range.lowerBound, indices.baseAddress,
                        values.baseAddress, vector.baseAddress, base, scale, result)
                }
            }
        }
    }
}

/// The log-sum-exp of each of several segments of a buffer, which ends as the normalised weights.
///
/// - Parameters:
///   - starts: where the segments begin and the last one ends; only differences count.
///   - values: log weights, those of the first segment first; they become probabilities.
///   - result: log Σ exp of each segment, 0 for an empty one; `[starts.count − 1]`.
public func segmentLogSumExp(
    starts: UnsafeBufferPointer<Int>, values: UnsafeMutablePointer<Double>,
    into result: UnsafeMutablePointer<Double>
) {
    if starts.isEmpty { fail("segmentLogSumExp", "no starts") }
    optimist_sparse().pointee.log_sum_exp(
        starts.count - 1, starts.baseAddress, values, result)
}
