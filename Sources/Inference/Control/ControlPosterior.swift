import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The posterior over trajectories of a number of steps, p(τ | O). Index t of a list is step t + 1.
public struct ControlPosterior: Sendable {
    /// The inference that found it.
    public let inference: ControlInference
    /// log p(O_{1:T}) in nats: the log of E[exp Σ α r] under prior and dynamics.
    public let logEvidence: Double
    /// p(s_1 | O), the tilted start, `[states]`.
    public let start: [Double]
    /// log p(O_{t:T} | s_t), `[horizon][states]`.
    public let stateMessages: [[Double]]
    /// log p(O_{t:T} | s_t, a_t), `[horizon][pairs]`.
    public let pairMessages: [[Double]]
    /// log p(s_t, O_{1:t−1}), `[horizon][states]`; −∞ where a state cannot be.
    public let forwardMessages: [[Double]]
    /// p(a_t | s_t, O_{t:T}), `[horizon][pairs]`.
    public let policy: [[Double]]

    /// T.
    public var horizon: Int { policy.count }
    /// The model.
    public var model: TabularModel { inference.model }

    /// p(s_t | O), `[horizon][states]`.
    public var stateMarginals: [[Double]] {
        (0..<horizon).map { t in
            zip(forwardMessages[t], stateMessages[t]).map { exp($0 + $1 - logEvidence) }
        }
    }

    /// p(s_t, a_t | O) at a step, `[pairs]`.
    public func pairMarginals(step t: Int) -> [Double] {
        var result = policy[t]
        for state in 0..<model.states {
            let marginal = exp(forwardMessages[t][state] + stateMessages[t][state] - logEvidence)
            for pair in model.pairs.range(of: state) { result[pair] *= marginal }
        }
        return result
    }

    /// p(s_{t+1} | s_t, a_t, O) for each stored entry of the pair's row of the transitions.
    ///
    /// After the last step nothing more is known, and only a reward that depends on the successor tilts
    /// it.
    public func tiltedDynamics(step t: Int, pair: Int) -> [Double] {
        let transitions = model.transitions
        let after = t + 1 < horizon ? stateMessages[t + 1] : nil
        return (transitions.starts[pair]..<transitions.starts[pair + 1]).map { position in
            let probability = transitions.values[position]
            if probability == 0 { return 0 }
            let next = after?[Int(transitions.indices[position])] ?? 0
            let weight = inference.scaledReward(pair, position) + next
            return probability * exp(weight - pairMessages[t][pair])
        }
    }

    /// p(s_t, a_t, s_{t+1} | O) at a step, one number for each stored entry of the transitions.
    public func pairwiseMarginals(step t: Int) -> [Double] {
        let marginals = pairMarginals(step: t)
        return marginals.indices.flatMap { pair in
            tiltedDynamics(step: t, pair: pair).map { $0 * marginals[pair] }
        }
    }

    /// E[Σ_t r_t | O] in reward units: the derivative of the log evidence by the reward scale.
    public var expectedReturn: Double {
        var total = 0.0
        for t in 0..<horizon {
            guard let edges = model.edgeRewards else {
                total += dot(pairMarginals(step: t), model.rewards)
                continue
            }
            total += dot(pairwiseMarginals(step: t), edges)
        }
        return total
    }
}
