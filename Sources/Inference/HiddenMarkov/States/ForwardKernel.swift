import Foundation
import OptimistCKernels

/// The inner loops of the filter, on plain memory.
enum ForwardKernel {
    /// Runs the scaled forward pass over a block of steps from a row of it on; the first prediction
    /// is given.
    ///
    /// - Parameters:
    ///   - tables: where each source step's transition table begins; nil for one table.
    ///   - evidence: where the sum that was divided out of each step goes.
    /// - Returns: the row at which the scaled sum was too small, else the number of rows.
    static func run(
        _ block: Range<Int>, from start: Int, states count: Int, transitions: PackedTables,
        tables: [Int]?, scaled: [Double], filtered: UnsafeMutablePointer<Double>,
        predicted: UnsafeMutablePointer<Double>, evidence: UnsafeMutablePointer<Double>
    ) -> Int {
        func run(_ tables: UnsafePointer<Int>?) -> Int {
            scaled.withUnsafeBufferPointer {
                optimist_chain().pointee.forward(
                    start, block.count, count, transitions.values, tables,
                    $0.baseAddress! + block.lowerBound * count, smallest, filtered, predicted,
                    evidence)
            }
        }
        guard let tables else { return run(nil) }
        return tables.withUnsafeBufferPointer { buffer in
            run(buffer.baseAddress.map { $0 + block.lowerBound })
        }
    }

    /// Replaces the first numbers by their logarithms plus shifts; they are at least `smallest`.
    static func logarithms(
        _ values: inout [Double], count: Int, plus shifts: [Double], from first: Int
    ) {
        shifts.withUnsafeBufferPointer {
            optimist_chain().pointee.log_plus(count, &values, $0.baseAddress! + first)
        }
    }

    /// bᵀ P of a packed table, [S].
    static func predict(
        _ belief: [Double], _ packed: [Double], at table: Int, states count: Int
    ) -> [Double] {
        let width = PackedTables.width(states: count)
        return (0..<count).map { column in
            (0..<count).reduce(0) { $0 + belief[$1] * packed[table + $1 * width + column] }
        }
    }

    /// Writes bᵀ P, a block of columns at a time, whose sums stay in registers.
    @inline(__always)
    static func predict(
        _ belief: UnsafePointer<Double>, _ table: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        var column = 0
        while column + 8 <= count {
            predictBlock(SIMD8<Double>.self, belief, table, result, count, column)
            column += 8
        }
        if column + 4 <= count {
            predictBlock(SIMD4<Double>.self, belief, table, result, count, column)
            column += 4
        }
        if column + 2 <= count {
            predictBlock(SIMD2<Double>.self, belief, table, result, count, column)
            column += 2
        }
        if column < count {
            var sum = 0.0
            for i in 0..<count { sum += belief[i] * table[i * count + column] }
            result[column] = sum
        }
    }

    @inline(__always)
    private static func predictBlock<Block: SIMD>(
        _: Block.Type, _ belief: UnsafePointer<Double>, _ table: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>, _ count: Int, _ column: Int
    ) where Block.Scalar == Double {
        var sums = Block()
        for i in 0..<count {
            let row = UnsafeRawPointer(table + (i * count + column))
            sums += belief[i] * row.loadUnaligned(as: Block.self)
        }
        UnsafeMutableRawPointer(result + column).storeBytes(of: sums, as: Block.self)
    }

    /// Below this the scaled likelihoods lose digits, and the step is done over in logs.
    static let smallest = 1e-200

    /// The update in logs; nil where no state is possible, else the log of the evidence.
    ///
    /// The scaled likelihoods are relative to the best state, which the prediction may exclude.
    /// Here the shift is taken over what prediction and likelihood allow together.
    static func updateInLogs(
        _ prediction: UnsafePointer<Double>, _ logLikelihood: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Double? {
        var largest = -Double.infinity
        for j in 0..<count where prediction[j] > 0 {
            largest = max(largest, log(prediction[j]) + logLikelihood[j])
        }
        if largest == -.infinity { return nil }
        var sum = 0.0
        for j in 0..<count {
            let value =
                prediction[j] > 0 ? exp(log(prediction[j]) + logLikelihood[j] - largest) : 0
            result[j] = value
            sum += value
        }
        for j in 0..<count { result[j] /= sum }
        return largest + log(sum)
    }
}

/// Transition tables whose rows fill whole vectors, as the kernel reads them.
struct PackedTables {
    let values: [Double]
    private let size: Int
    private let packedSize: Int

    /// Tables `[tables, states, states]`.
    init(_ transitions: [Double], states: Int) {
        let width = PackedTables.width(states: states)
        size = states * states
        packedSize = states * width
        if width == states {
            values = transitions
            return
        }
        let rows = transitions.count / states
        values = [Double](unsafeUninitializedCapacity: rows * width) { buffer, count in
            for row in 0..<rows {
                for column in 0..<width {
                    let value = column < states ? transitions[row * states + column] : 0
                    buffer.initializeElement(at: row * width + column, to: value)
                }
            }
            count = rows * width
        }
    }

    /// The numbers of a packed row.
    static func width(states: Int) -> Int { optimist_chain().pointee.width(states) }

    /// Where the table that begins at an offset among the plain ones begins here.
    func offset(_ plain: Int) -> Int { plain / size * packedSize }
}
