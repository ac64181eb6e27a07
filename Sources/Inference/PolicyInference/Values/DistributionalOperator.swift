import OptimistCore
import OptimistLinearAlgebra

/// The categorical Bellman operator of a table: the law of the return of each pair of state and
/// action, where before there was its mean (Bellemare, Dabney and Munos 2017; Rowland et al. 2018).
///
///     (T Z)(s, a) = Σ_s′ p(s′ | s, a) Σ_a′ π(a′ | s′) Π law(r + γ Z(s′, a′))
///
/// For a fixed policy it contracts the largest Cramér distance by √γ.
public struct DistributionalOperator: Sendable {
    /// The table.
    public let model: TabularModel
    /// The atoms.
    public let returns: CategoricalReturns
    /// γ.
    public let discount: Double

    /// An operator.
    public init(_ model: TabularModel, returns: CategoricalReturns, discount: Double) {
        if !(0...1).contains(discount) {
            fail("DistributionalOperator", "the discount is \(discount), not in 0...1")
        }
        (self.model, self.returns, self.discount) = (model, returns, discount)
    }

    /// Certainty of no return for every pair, `[pairs][atoms]`: what is left after the last step.
    public var ended: [[Double]] {
        Array(repeating: returns.certain(0), count: model.pairs.count)
    }

    /// T Z for a policy.
    ///
    /// - Parameters:
    ///   - laws: Z(s, a), `[pairs][atoms]`.
    ///   - policy: π(a | s), `[pairs]`.
    /// - Returns: `[pairs][atoms]`.
    public func backUp(_ laws: [[Double]], policy: [Double]) -> [[Double]] {
        let states = stateLaws(laws, policy: policy)
        let (starts, transitions) = (model.transitions.starts, model.transitions)
        return (0..<model.pairs.count).map { pair in
            var result = Array(repeating: 0.0, count: returns.atoms.count)
            for position in starts[pair]..<starts[pair + 1]
            where transitions.values[position] > 0 {
                returns.addProjection(
                    of: states[Int(transitions.indices[position])],
                    reward: model.edgeRewards?[position] ?? model.rewards[pair],
                    discount: discount, weight: transitions.values[position], to: &result)
            }
            return result
        }
    }

    /// T Z for the policy that is greedy by the mean, of equals the first: that of C51.
    public func backUp(_ laws: [[Double]]) -> [[Double]] {
        backUp(laws, policy: greedyPolicy(laws))
    }

    /// The law of the return of each state under a policy, `[states][atoms]`.
    ///
    /// - Parameters:
    ///   - laws: Z(s, a), `[pairs][atoms]`.
    ///   - policy: π(a | s), `[pairs]`.
    public func stateLaws(_ laws: [[Double]], policy: [Double]) -> [[Double]] {
        if laws.count != model.pairs.count || policy.count != model.pairs.count {
            fail(
                "DistributionalOperator.stateLaws",
                "\(laws.count) laws, \(policy.count) probabilities for \(model.pairs.count) pairs")
        }
        let none = returns.certain(0)
        return (0..<model.states).map { state in
            if model.pairs.isTerminal(state) { return none }
            var result = Array(repeating: 0.0, count: none.count)
            for pair in model.pairs.range(of: state) where policy[pair] > 0 {
                add(laws[pair], times: policy[pair], to: &result)
            }
            return result
        }
    }

    /// All probability on the largest mean of each state, of equals the first, `[pairs]`.
    public func greedyPolicy(_ laws: [[Double]]) -> [Double] {
        let means = laws.map { returns.mean($0) }
        var policy = Array(repeating: 0.0, count: means.count)
        for state in 0..<model.states {
            guard var best = model.pairs.range(of: state).first else { continue }
            for pair in model.pairs.range(of: state) where means[pair] > means[best] { best = pair }
            policy[best] = 1
        }
        return policy
    }

    /// The largest Cramér distance between the laws of a pair.
    public func distance(_ left: [[Double]], _ right: [[Double]]) -> Double {
        zip(left, right).reduce(0) { max($0, returns.cramerDistance($1.0, $1.1)) }
    }
}
