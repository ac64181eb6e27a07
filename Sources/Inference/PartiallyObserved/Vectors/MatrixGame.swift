/// A zero-sum game of a table: the small linear program that decides whether a vector is needed.
enum MatrixGame {
    /// max over laws b of min_i Σ_s b(s) payoffs[i][s], and the b that attains it.
    ///
    /// With every payoff made positive the program max Σ y, A y ≤ 1, y ≥ 0 starts feasible at
    /// y = 0; the value is 1/Σ y, and b the dual solution (Dantzig's simplex method for games).
    /// Bland's rule keeps it from cycling.
    static func solve(_ payoffs: [[Double]]) -> (value: Double, law: [Double]) {
        let (columns, rows) = (payoffs.count, payoffs[0].count)
        let least = payoffs.joined().min()!
        let scale = max(payoffs.joined().max()! - least, 1e-300)
        // Payoffs lie in 1...2.
        var tableau = (0..<rows).map { row in
            payoffs.map { ($0[row] - least) / scale + 1 }
                + (0..<rows).map { $0 == row ? 1.0 : 0 } + [1]
        }
        var objective =
            Array(repeating: -1.0, count: columns) + Array(repeating: 0, count: rows + 1)
        var basis = (0..<rows).map { columns + $0 }
        while let entering = objective.dropLast().firstIndex(where: { $0 < -1e-12 }) {
            var leaving: (row: Int, ratio: Double)?
            for row in 0..<rows where tableau[row][entering] > 1e-12 {
                let ratio = tableau[row][columns + rows] / tableau[row][entering]
                let isBetter =
                    leaving.map {
                        ratio < $0.ratio || ratio == $0.ratio && basis[row] < basis[$0.row]
                    } ?? true
                if isBetter { leaving = (row, ratio) }
            }
            // Payoffs are positive, so that the program is bounded.
            guard let pivot = leaving?.row else { break }
            let divisor = tableau[pivot][entering]
            for column in tableau[pivot].indices { tableau[pivot][column] /= divisor }
            for row in 0..<rows where row != pivot {
                eliminate(&tableau[row], tableau[pivot], entering)
            }
            eliminate(&objective, tableau[pivot], entering)
            basis[pivot] = entering
        }
        let total = objective[columns + rows]
        let law = (0..<rows).map { max(objective[columns + $0], 0) / total }
        return ((1 / total - 1) * scale + least, law)
    }

    private static func eliminate(_ row: inout [Double], _ pivot: [Double], _ column: Int) {
        let factor = row[column]
        if factor == 0 { return }
        for index in row.indices { row[index] -= factor * pivot[index] }
    }
}
