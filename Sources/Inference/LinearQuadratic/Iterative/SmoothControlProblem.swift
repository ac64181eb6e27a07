import OptimistCore
import OptimistLinearAlgebra

/// A deterministic control problem with smooth dynamics and costs over a finite horizon.
///
/// Derivatives are those given, or central differences. A quadratic cost should give its own
/// expansion: differences of second order keep about six digits.
public struct SmoothControlProblem {
    /// s′ = f(s, a).
    public var dynamics: ([Double], [Double]) -> [Double]
    /// ∂f/∂s, `[state, state]`, and ∂f/∂a, `[state, action]`; nil for central differences.
    public var derivatives: (([Double], [Double]) -> (state: Matrix, action: Matrix))?
    /// c(t, s, a), what the step t, from 0, costs.
    public var cost: (Int, [Double], [Double]) -> Double
    /// The quadratic cost that has c's value, slope and curvature at (t, s, a); nil for central
    /// differences.
    public var expansion: ((Int, [Double], [Double]) -> QuadraticCost)?
    /// What the last state costs.
    public var finalCost: ([Double]) -> Double
    /// Its quadratic expansion at s; nil for central differences.
    public var finalExpansion: (([Double]) -> QuadraticStateCost)?

    /// A problem with its functions; derivatives by central differences unless given.
    public init(
        dynamics: @escaping ([Double], [Double]) -> [Double],
        cost: @escaping (Int, [Double], [Double]) -> Double,
        finalCost: @escaping ([Double]) -> Double
    ) {
        self.dynamics = dynamics
        self.cost = cost
        self.finalCost = finalCost
    }

    /// A linear-quadratic problem as a smooth one, with exact derivatives and without its noise.
    public init(_ problem: LinearQuadraticProblem) {
        let final = problem.finalCost ?? problem.cost.ofState
        self.init(
            dynamics: { problem.next($0, action: $1) }, cost: { problem.cost($1, $2) },
            finalCost: { final($0) })
        derivatives = { _, _ in (problem.dynamics, problem.input) }
        expansion = { _, _, _ in problem.cost }
        finalExpansion = { _ in final }
        if problem.discount != 1 {
            fail("SmoothControlProblem", "a discount of \(problem.discount), not 1")
        }
    }

    /// The step of differences of second order, relative to the size of a number or 1.
    private static let spacing = 1e-4

    /// ∂f/∂s and ∂f/∂a.
    func linearization(_ state: [Double], _ action: [Double]) -> (state: Matrix, action: Matrix) {
        if let derivatives { return derivatives(state, action) }
        func columns(_ point: [Double], _ map: ([Double]) -> [Double]) -> Matrix {
            var result = Matrix(rows: state.count, columns: point.count)
            for column in point.indices {
                let h = 1e-6 * max(1, abs(point[column]))
                var (up, down) = (point, point)
                up[column] += h
                down[column] -= h
                for (row, (high, low)) in zip(map(up), map(down)).enumerated() {
                    result[row, column] = (high - low) / (2 * h)
                }
            }
            return result
        }
        return (columns(state) { dynamics($0, action) }, columns(action) { dynamics(state, $0) })
    }

    /// c near (t, s, a), as a function of state and action themselves, not of differences.
    func quadratic(_ t: Int, _ state: [Double], _ action: [Double]) -> QuadraticCost {
        if let expansion { return expansion(t, state, action) }
        let split = state.count
        let (value, slope, curvature) = Self.expand(state + action) {
            cost(t, Array($0[..<split]), Array($0[split...]))
        }
        let size = split + action.count
        return QuadraticCost(
            state: curvature.block(rows: 0..<split, columns: 0..<split),
            action: curvature.block(rows: split..<size, columns: split..<size),
            cross: curvature.block(rows: 0..<split, columns: split..<size),
            stateSlope: Array(slope[..<split]), actionSlope: Array(slope[split...]),
            constant: value)
    }

    /// The last state's cost near s.
    func finalQuadratic(_ state: [Double]) -> QuadraticStateCost {
        if let finalExpansion { return finalExpansion(state) }
        let (value, slope, curvature) = Self.expand(state, finalCost)
        return QuadraticStateCost(curvature: curvature, slope: slope, constant: value)
    }

    /// Constant, slope and curvature of ½ xᵀ H x + gᵀ x + c that agrees with a function at a point.
    private static func expand(
        _ point: [Double], _ function: ([Double]) -> Double
    ) -> (constant: Double, slope: [Double], curvature: Matrix) {
        let steps = point.map { spacing * max(1, abs($0)) }
        func value(_ moves: [(index: Int, sign: Double)]) -> Double {
            var moved = point
            for move in moves { moved[move.index] += move.sign * steps[move.index] }
            return function(moved)
        }
        let center = function(point)
        var (slope, curvature) = (point, Matrix(rows: point.count, columns: point.count))
        for i in point.indices {
            let (up, down) = (value([(i, 1)]), value([(i, -1)]))
            slope[i] = (up - down) / (2 * steps[i])
            curvature[i, i] = (up - 2 * center + down) / (steps[i] * steps[i])
            for j in 0..<i {
                let mixed =
                    value([(i, 1), (j, 1)]) - value([(i, 1), (j, -1)])
                    - value([(i, -1), (j, 1)]) + value([(i, -1), (j, -1)])
                curvature[i, j] = mixed / (4 * steps[i] * steps[j])
                curvature[j, i] = curvature[i, j]
            }
        }
        let pulled = curvature * point
        return (
            center - dot(slope, point) + dot(point, pulled) / 2, subtract(slope, pulled), curvature
        )
    }
}
