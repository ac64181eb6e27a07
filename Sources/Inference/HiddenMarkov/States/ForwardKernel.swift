import Foundation

/// The inner loops of the filter, on plain memory.
enum ForwardKernel {
    /// Runs the scaled forward pass from a step on, whose prediction is there when it is not 0.
    ///
    /// - Parameters:
    ///   - tables: the offset of each source step's transition table; nil for one table.
    ///   - evidence: where the sum that was divided out of each step goes.
    /// - Returns: the step at which the scaled sum was too small, else the number of steps.
    static func run(
        from start: Int, steps: Int, states count: Int, transitions: UnsafePointer<Double>,
        tables: UnsafePointer<Int>?, scaled: UnsafePointer<Double>,
        filtered: UnsafeMutablePointer<Double>, predicted: UnsafeMutablePointer<Double>,
        evidence: UnsafeMutablePointer<Double>
    ) -> Int {
        if count == 2 {
            return runTwoStates(
                from: start, steps: steps, transitions: transitions, tables: tables,
                scaled: scaled, filtered: filtered, predicted: predicted, evidence: evidence)
        }
        for step in start..<max(steps, start) {
            let row = step * count
            if step > 0 {
                let table = tables.map { $0[step - 1] } ?? 0
                predict(filtered + (row - count), transitions + table, predicted + row, count)
            }
            let sum = update(predicted + row, scaled + row, filtered + row, count)
            if sum < smallest { return step }
            evidence[step] = sum
        }
        return steps
    }

    /// The same for two states, whose belief stays in registers from step to step.
    private static func runTwoStates(
        from start: Int, steps: Int, transitions: UnsafePointer<Double>,
        tables: UnsafePointer<Int>?, scaled: UnsafePointer<Double>,
        filtered: UnsafeMutablePointer<Double>, predicted: UnsafeMutablePointer<Double>,
        evidence: UnsafeMutablePointer<Double>
    ) -> Int {
        var (first, second) =
            start > 0 ? (filtered[2 * start - 2], filtered[2 * start - 1]) : (0, 0)
        for step in start..<max(steps, start) {
            let row = 2 * step
            if step > 0 {
                let table = transitions + (tables.map { $0[step - 1] } ?? 0)
                predicted[row] = first * table[0] + second * table[2]
                predicted[row + 1] = first * table[1] + second * table[3]
            }
            first = predicted[row] * scaled[row]
            second = predicted[row + 1] * scaled[row + 1]
            let sum = first + second
            if sum < smallest { return step }
            let inverse = 1 / sum
            first *= inverse
            second *= inverse
            (filtered[row], filtered[row + 1]) = (first, second)
            evidence[step] = sum
        }
        return steps
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

    /// Writes prediction ⊙ likelihood, normalized, and returns the sum that was divided out; where
    /// it is below `smallest` nothing is normalized.
    @inline(__always)
    static func update(
        _ prediction: UnsafePointer<Double>, _ likelihood: UnsafePointer<Double>,
        _ result: UnsafeMutablePointer<Double>, _ count: Int
    ) -> Double {
        var (sums, j) = (SIMD2<Double>.zero, 0)
        while j + 2 <= count {
            let value =
                SIMD2(prediction[j], prediction[j + 1])
                * SIMD2(likelihood[j], likelihood[j + 1])
            (result[j], result[j + 1]) = (value[0], value[1])
            sums += value
            j += 2
        }
        var sum = sums[0] + sums[1]
        if j < count {
            result[j] = prediction[j] * likelihood[j]
            sum += result[j]
        }
        if sum < smallest { return sum }
        let inverse = 1 / sum
        for j in 0..<count { result[j] *= inverse }
        return sum
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
