import Foundation
import OptimistCore

extension PolicySimulation {
    /// The steps after which what is left out is a millionth of what could come in all; without a
    /// discount a million, in which terminal states have to be reached.
    public static func steps(of span: SolvingSpan) -> Int {
        switch span {
        case .steps(let steps, _): steps
        case .endless(let discount) where discount < 1 && discount > 0:
            max(1, Int((log(1e-6) / log(discount)).rounded(.up)))
        case .endless(let discount): discount == 0 ? 1 : 1_000_000
        }
    }

    /// Simulates the policy of a solution under the true start and dynamics.
    ///
    /// - Parameters:
    ///   - solution: a solution that has a policy.
    ///   - episodes: how many, at least 1.
    ///   - generator: episode k draws from the split numbered k.
    /// - Throws: `SolvingError.notOffered` where there is no policy, or its return is infinite.
    public init(
        of solution: TabularSolution, episodes: Int, using generator: Generator
    ) throws(SolvingError) {
        if episodes < 1 { fail("PolicySimulation", "\(episodes) episodes") }
        guard let policy = solution.policy.value else {
            throw .notOffered("there is no policy to simulate: \(solution.policy.reason ?? "")")
        }
        let (model, span) = (solution.model, solution.span)
        let steps = Self.steps(of: span)
        let returns = (0..<episodes).map { episode in
            var own = generator.split(episode)
            return Self.episode(model, policy, span.discount, steps, &own)
        }
        let largest = model.rewards.reduce(0) { max($0, abs($1)) }
        let left: Double =
            span.horizon != nil
            ? 0
            : span.discount < 1
                ? pow(span.discount, Double(steps)) * largest / (1 - span.discount) : .infinity
        self.init(
            returns: returns, expected: try Self.expected(model, policy, span), truncation: left)
    }

    private static func expected(
        _ model: TabularModel, _ policy: [[Double]], _ span: SolvingSpan
    ) throws(SolvingError) -> Double {
        do {
            let program = try SoftDynamicProgramming(model, objective: .hard)
            return span.horizon == nil
                ? try program.bound(of: policy[0], discount: span.discount)
                : try program.bound(of: policy, discount: span.discount)
        } catch {
            throw .notOffered("the policy cannot be simulated: \(error)")
        }
    }

    private static func episode(
        _ model: TabularModel, _ policy: [[Double]], _ discount: Double, _ steps: Int,
        _ generator: inout Generator
    ) -> Double {
        var state = generator.categorical(model.start)
        var (total, weight) = (0.0, 1.0)
        for t in 0..<steps where !model.pairs.isTerminal(state) {
            let range = model.pairs.range(of: state)
            let law = policy[min(t, policy.count - 1)][range]
            let pair = range.lowerBound + generator.categorical(Array(law))
            let first = model.transitions.starts[pair]
            let last = model.transitions.starts[pair + 1]
            let position =
                first + generator.categorical(Array(model.transitions.values[first..<last]))
            total += weight * (model.edgeRewards?[position] ?? model.rewards[pair])
            weight *= discount
            state = Int(model.transitions.indices[position])
        }
        return total
    }
}
