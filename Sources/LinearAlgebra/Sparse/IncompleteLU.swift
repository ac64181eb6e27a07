import OptimistCore

/// An approximate factorization L U of a sparse square matrix that keeps its pattern, ILU(0)
/// (Saad, "Iterative Methods for Sparse Linear Systems", 2nd edition, section 10.3).
///
/// It exists for every nonsingular M-matrix, such as I − γ P of a Markov chain (Meijerink and van der
/// Vorst 1977).
public struct IncompleteLU: Sendable {
    /// The pattern of both factors; L without its diagonal of ones lies left of that of U.
    private let pattern: SparseRows
    private let factors: [Double]
    /// Where each row has its diagonal element.
    private let diagonal: [Int]

    /// Factors a matrix whose whole diagonal is stored.
    ///
    /// - Throws: `LinearAlgebraError.singular` with the column whose pivot is missing or zero.
    public init(_ matrix: SparseRows) throws(LinearAlgebraError) {
        if matrix.rows != matrix.columns {
            fail("IncompleteLU", "\(matrix.rows)x\(matrix.columns) is not square")
        }
        var (factors, diagonal) = (matrix.values, Array(repeating: -1, count: matrix.rows))
        for row in 0..<matrix.rows {
            for position in matrix.starts[row]..<matrix.starts[row + 1]
            where Int(matrix.indices[position]) == row { diagonal[row] = position }
            if diagonal[row] < 0 { throw .singular(column: row) }
        }
        // Where the row that is worked on has an element of a column.
        var places = Array(repeating: -1, count: matrix.columns)
        for row in 0..<matrix.rows {
            let range = matrix.starts[row]..<matrix.starts[row + 1]
            for position in range { places[Int(matrix.indices[position])] = position }
            for position in range.lowerBound..<diagonal[row] {
                let other = Int(matrix.indices[position])
                let factor = factors[position] / factors[diagonal[other]]
                factors[position] = factor
                for source in diagonal[other] + 1..<matrix.starts[other + 1] {
                    let place = places[Int(matrix.indices[source])]
                    if place >= 0 { factors[place] -= factor * factors[source] }
                }
            }
            for position in range { places[Int(matrix.indices[position])] = -1 }
            let pivot = factors[diagonal[row]]
            if pivot == 0 || !pivot.isFinite { throw .singular(column: row) }
        }
        (pattern, self.factors, self.diagonal) = (matrix, factors, diagonal)
    }

    /// Replaces a vector b by the solution of L U x = b; allocates nothing.
    public func solve(_ vector: inout [Double]) {
        if vector.count != pattern.rows {
            fail("IncompleteLU.solve", "\(pattern.rows) rows, \(vector.count) elements")
        }
        let starts = pattern.starts
        vector.withUnsafeMutableBufferPointer { x in
            factors.withUnsafeBufferPointer { factors in
                pattern.indices.withUnsafeBufferPointer { indices in
                    for row in 0..<x.count {
                        var sum = x[row]
                        for position in starts[row]..<diagonal[row] {
                            sum -= factors[position] * x[Int(indices[position])]
                        }
                        x[row] = sum
                    }
                    for row in (0..<x.count).reversed() {
                        var sum = x[row]
                        for position in diagonal[row] + 1..<starts[row + 1] {
                            sum -= factors[position] * x[Int(indices[position])]
                        }
                        x[row] = sum / factors[diagonal[row]]
                    }
                }
            }
        }
    }
}
