import OptimistLinearAlgebra

/// The rows of some sequences, grouped by which of their numbers are there.
struct ObservedPatterns {
    /// Rows that have the same numbers.
    struct Pattern {
        /// The columns that are there, at least one.
        let columns: [Int]
        /// The rows.
        var steps: [(sequence: Int, step: Int)]
    }

    /// The patterns, in order of first appearance; rows without a number are left out.
    let patterns: [Pattern]

    init(_ sequences: [[[Double]?]]) {
        var found: [[Int]: Int] = [:]
        var patterns: [Pattern] = []
        for (sequence, rows) in sequences.enumerated() {
            for (step, numbers) in rows.enumerated() {
                guard let numbers else { continue }
                let columns = numbers.indices.filter { !numbers[$0].isNaN }
                if columns.isEmpty { continue }
                let index = found[columns] ?? patterns.count
                if index == patterns.count {
                    found[columns] = index
                    patterns.append(Pattern(columns: columns, steps: []))
                }
                patterns[index].steps.append((sequence, step))
            }
        }
        self.patterns = patterns
    }
}

/// What a state's law says of the numbers of a pattern, and of those that it lacks.
struct ObservedLaw {
    /// The columns that are there.
    let columns: [Int]
    /// The factor of Σ_oo.
    let factor: Cholesky
    /// Σ_oo⁻¹, `[observed, observed]`.
    let precision: Matrix

    /// - Throws: `LinearAlgebraError` where Σ_oo is not positive definite.
    init(_ covariance: Matrix, columns: [Int]) throws(LinearAlgebraError) {
        self.columns = columns
        factor = try Cholesky(
            Matrix(rows: columns.count, columns: columns.count) {
                covariance[columns[$0], columns[$1]]
            })
        precision = factor.inverse
    }

    /// E[x − m | x_o] = A (x_o − m_o) and Cov[x | x_o], both over all columns.
    func completion(_ covariance: Matrix) -> (gain: Matrix, rest: Matrix) {
        let cross = Matrix(rows: covariance.rows, columns: columns.count) {
            covariance[$0, columns[$1]]
        }
        let gain = cross * precision
        return (gain, (covariance - gain.timesTransposed(cross)).symmetrized)
    }
}

/// Weighted sums of the deviations of a pattern's numbers from a center.
struct DeviationSums {
    /// Σ w.
    var weight = 0.0
    /// Σ w d, `[observed]`.
    var first: [Double]
    /// Σ w d dᵀ, `[observed, observed]`.
    var second: Matrix

    init(
        _ pattern: ObservedPatterns.Pattern, _ sequences: [[[Double]?]], weights: [[Double]],
        state: Int, states: Int, center: [Double]
    ) {
        let count = pattern.columns.count
        var (total, first) = (0.0, [Double](repeating: 0, count: count))
        var second = [Double](repeating: 0, count: count * count)
        var deviation = first
        for (sequence, step) in pattern.steps {
            guard let numbers = sequences[sequence][step] else { continue }
            let weight = weights[sequence][step * states + state]
            total += weight
            for (i, column) in pattern.columns.enumerated() {
                deviation[i] = numbers[column] - center[column]
                let weighted = weight * deviation[i]
                first[i] += weighted
                for j in 0...i { second[i * count + j] += weighted * deviation[j] }
            }
        }
        weight = total
        self.first = first
        self.second = Matrix(rows: count, columns: count) {
            second[max($0, $1) * count + min($0, $1)]
        }
    }
}
