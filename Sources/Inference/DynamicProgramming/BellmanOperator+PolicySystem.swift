import OptimistCore
import OptimistLinearAlgebra

extension BellmanOperator {
    /// Whether a policy reaches a terminal state from every state, and so in the end surely does.
    func surelyEnds(_ policy: [Double]) -> Bool {
        var ends = (0..<pairs.states).map { pairs.isTerminal($0) }
        var (grew, left) = (true, ends.lazy.filter { !$0 }.count)
        while grew && left > 0 {
            grew = false
            for state in 0..<pairs.states where !ends[state] {
                for pair in pairs.range(of: state) where policy[pair] > 0 && !ends[state] {
                    model.forEachSuccessor(of: pair) { next, probability in
                        if probability > 0 && ends[next] { ends[state] = true }
                    }
                }
                if ends[state] { (grew, left) = (true, left - 1) }
            }
        }
        return left == 0
    }

    /// I − γ P_π, `[states, states]`; the row of a terminal state is that of the identity.
    func linearSystem(_ policy: [Double]) -> Matrix {
        var system = Matrix.identity(pairs.states)
        for state in 0..<pairs.states {
            for pair in pairs.range(of: state) where policy[pair] != 0 {
                let weight = discount * policy[pair]
                model.forEachSuccessor(of: pair) { system[state, $0] -= weight * $1 }
            }
        }
        return system
    }

    /// Whether the transitions lie in memory, so that a matrix of their size is no worse.
    var isStored: Bool { model is TabularModel }

    /// I − γ P_π in sparse rows; that of a terminal state has only its diagonal.
    ///
    /// - Parameter terminal: the diagonal element of terminal states.
    func sparseSystem(_ policy: [Double], terminal: Double) -> SparseRows {
        var (starts, indices, values) = ([0], [Int32](), [Double]())
        var sums = Array(repeating: 0.0, count: pairs.states)
        var isListed = Array(repeating: false, count: pairs.states)
        var columns: [Int32] = []
        starts.reserveCapacity(pairs.states + 1)
        for state in 0..<pairs.states {
            columns.removeAll(keepingCapacity: true)
            func add(_ column: Int, _ value: Double) {
                if !isListed[column] {
                    isListed[column] = true
                    columns.append(Int32(column))
                }
                sums[column] += value
            }
            add(state, pairs.isTerminal(state) ? terminal : 1)
            for pair in pairs.range(of: state) where policy[pair] != 0 {
                let weight = discount * policy[pair]
                model.forEachSuccessor(of: pair) { add($0, -weight * $1) }
            }
            columns.sort()
            for column in columns {
                indices.append(column)
                values.append(sums[Int(column)])
                (sums[Int(column)], isListed[Int(column)]) = (0, false)
            }
            starts.append(indices.count)
        }
        do {
            return try SparseRows(
                rows: pairs.states, columns: pairs.states, starts: starts, indices: indices,
                values: values)
        } catch {
            fail("BellmanOperator.sparseSystem", "\(error)")
        }
    }

    /// The fixed point of T_π as near as `BiCGSTAB` comes to it; where it does not, the values given.
    func fixedPoint(
        _ policy: [Double], _ entropy: [Double], _ values: [Double], _ tolerance: Double
    ) -> [Double] {
        var right = values
        evaluate(policy, entropy: entropy, Array(repeating: 0, count: values.count), into: &right)
        // An error e has the residual (I − γ P) e, so e is at most the residual over 1 − γ.
        return solved(
            sparseSystem(policy, terminal: 1), right, values,
            tolerance: tolerance * max(1 - discount, 1e-6) / 4, .largest)
    }

    /// Discounted visits as near as `BiCGSTAB` comes to them; where it does not, those given.
    func visits(_ policy: [Double], _ guess: [Double], _ tolerance: Double) -> [Double] {
        solved(
            sparseSystem(policy, terminal: 1 - discount).transposed, model.start, guess,
            tolerance: tolerance * (1 - discount) / 4, .sum)
    }

    /// Sweeps that follow certify what is returned, or go on from it.
    private func solved(
        _ system: SparseRows, _ right: [Double], _ guess: [Double], tolerance: Double,
        _ norm: BiCGSTAB.Norm
    ) -> [Double] {
        do {
            return try BiCGSTAB(system).solution(
                right, startingFrom: guess, tolerance: tolerance, norm: norm,
                maximumIterations: 1000
            ).vector
        } catch {
            return guess
        }
    }
}
