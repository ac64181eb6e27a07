import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// States together with the option that is in force: a Markov chain under options that are called
/// and return. Pair (s, o) is number s · options + o.
struct OptionChain {
    let model: TabularModel
    let policy: OptionPolicy
    let discount: Double
    private let stop: [Double]
    /// Σ_a π(a | s, o) p(s′ | s, a), as a list of successors of each (s, o).
    private let successors: [[(state: Int, probability: Double)]]

    init(_ model: TabularModel, _ policy: OptionPolicy, discount: Double) {
        (self.model, self.policy, self.discount) = (model, policy, discount)
        stop = policy.logStop.map { exp($0) }
        var successors: [[(state: Int, probability: Double)]] = []
        for state in 0..<model.states {
            for option in 0..<policy.options {
                var law: [(state: Int, probability: Double)] = []
                for pair in model.pairs.range(of: state) {
                    let share = exp(policy.logPolicies[option][pair])
                    model.forEachSuccessor(of: pair) { law.append(($0, share * $1)) }
                }
                successors.append(law)
            }
        }
        self.successors = successors
    }

    /// I − γ P under a selection of options, and γ times what deliberation costs at each arrival.
    private func system(_ selection: [Double]) -> (matrix: Matrix, arrivals: [Double]) {
        let (options, count) = (policy.options, model.states * policy.options)
        var matrix = Matrix.identity(count)
        var stops = Array(repeating: 0.0, count: count)
        for row in 0..<count {
            let option = row % options
            for (next, probability) in successors[row] where !model.pairs.isTerminal(next) {
                let arrival = next * options + option
                let weight = discount * probability
                matrix[row, arrival] -= weight * (1 - stop[arrival])
                stops[row] += weight * stop[arrival]
                for other in 0..<options {
                    let column = next * options + other
                    matrix[row, column] -= weight * stop[arrival] * selection[column]
                }
            }
        }
        return (matrix, stops)
    }

    /// Q(s, o), `[states, options]`.
    func values(
        _ selection: [Double], deliberationCost: Double
    ) throws(DynamicProgrammingError) -> [Double] {
        let options = policy.options
        let (matrix, stops) = system(selection)
        let rewards = stops.indices.map { row in
            model.pairs.range(of: row / options).reduce(-deliberationCost * stops[row]) {
                $0 + exp(policy.logPolicies[row % options][$1]) * model.rewards[$1]
            }
        }
        guard let solved = try? LU(matrix).solution(rewards), solved.allSatisfy(\.isFinite)
        else { throw .notFinite }
        return solved
    }

    /// Σ_t γ^{t−1} p(s_t, o_t), and Σ_{t > 1} γ^{t−1} p(s_t, o_{t−1}), both `[states, options]`.
    func occupancy(
        _ selection: [Double]
    ) throws(DynamicProgrammingError) -> (acting: [Double], arriving: [Double]) {
        let options = policy.options
        let (matrix, _) = system(selection)
        let start = selection.indices.map { model.start[$0 / options] * selection[$0] }
        guard let acting = try? LU(matrix.transposed).solution(start) else { throw .notFinite }
        var arriving = Array(repeating: 0.0, count: acting.count)
        for row in acting.indices {
            for (next, probability) in successors[row] where !model.pairs.isTerminal(next) {
                arriving[next * options + row % options] += discount * probability * acting[row]
            }
        }
        return (acting, arriving)
    }
}
