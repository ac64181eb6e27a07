import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// The posterior over trajectories of at most so many steps that may end after each of them.
/// Index t of a list is step t + 1; laws are those given that the trajectory comes so far.
public struct RandomLengthPosterior: Sendable {
    /// log p(O), summed over all lengths, in nats.
    public let logEvidence: Double
    /// log p(O from here | s_t), `[horizon][states]`.
    public let stateMessages: [[Double]]
    /// p(a_t | s_t, O), `[horizon][pairs]`.
    public let policy: [[Double]]
    /// p(s_t | O), `[horizon][states]`.
    public let stateMarginals: [[Double]]
}

extension ControlInference {
    /// The posterior of a number of steps, each but the last followed by another with the
    /// probability γ: β_t(s, a) = E[exp(α r) ((1 − γ) + γ β_{t+1}(s′))], β_{T+1} = 1.
    ///
    /// With γ = 1 it is the posterior of T steps; without an end it tends to that of random lengths
    /// (D1). Its bound is the discounted one of T steps.
    ///
    /// - Parameters:
    ///   - horizon: T, at least 1.
    ///   - discount: γ in 0...1.
    /// - Throws: `ControlInferenceError.noEvidence`.
    public func infer(
        horizon: Int, discount: Double
    ) throws(ControlInferenceError) -> RandomLengthPosterior {
        var (messages, policy) = ([[Double]](), [[Double]]())
        let next = backward(horizon, discount) {
            messages.append($0)
            policy.append($1)
        }
        let logEvidence = try start(next).logEvidence
        messages.reverse()
        var forward = model.start.map { log($0) }
        let marginals = messages.indices.map { t in
            if t > 0 { forward = self.forward(forward) }
            var law = zip(forward, messages[t]).map { $0 + $1 }
            _ = normalizeLogWeights(&law)
            return law
        }
        return RandomLengthPosterior(
            logEvidence: logEvidence, stateMessages: messages, policy: policy.reversed(),
            stateMarginals: marginals)
    }

    /// The log evidence of a number of steps, as `infer(horizon:discount:)` defines it, in nats;
    /// in the memory of one step.
    ///
    /// - Throws: `ControlInferenceError.noEvidence`.
    public func logEvidence(
        horizon: Int, discount: Double = 1
    ) throws(ControlInferenceError) -> Double {
        try start(backward(horizon, discount) { _, _ in }).logEvidence
    }

    /// Messages from the last step to the first, whose are returned.
    private func backward(
        _ horizon: Int, _ discount: Double,
        _ visit: (_ messages: [Double], _ policy: [Double]) -> Void
    ) -> [Double] {
        if horizon < 1 || !(0...1).contains(discount) {
            fail("ControlInference.infer", "horizon \(horizon), discount \(discount)")
        }
        var next = Array(repeating: 0.0, count: model.states)
        for _ in 0..<horizon {
            let step = stateMessages(pairMessages(survival(next, discount)))
            visit(step.messages, step.policy)
            next = step.messages
        }
        return next
    }
}

extension ControlInference {
    /// How often a posterior with random lengths is in each state, as shares of its expected
    /// length: Σ_t p(s_t = s, length ≥ t | O) / E[length | O], `[states]`.
    ///
    /// Summed over the steps of the tilted chain, which ends in state s with the probability
    /// (1 − γ) Σ_a p(a | s) E[exp(α r)] / β(s).
    ///
    /// - Parameters:
    ///   - posterior: what `infer(discount:)` found for this inference.
    ///   - discount: the same γ.
    ///   - tolerance: on the sum of the errors of all states.
    ///   - maximumSweeps: the most steps.
    /// - Throws: `ControlInferenceError.notConverged`.
    public func occupancy(
        of posterior: TerminationPosterior, discount: Double, tolerance: Double = 1e-10,
        maximumSweeps: Int = 1_000_000
    ) throws(ControlInferenceError) -> [Double] {
        let chain = TiltedChain(self, posterior, discount)
        var (total, current) = (posterior.start, posterior.start)
        var left = Double.infinity
        for _ in 0..<maximumSweeps {
            current = chain.step(current)
            for state in total.indices { total[state] += current[state] }
            // What is still on its way lasts 1 / leastEnding steps at most.
            left = current.reduce(0, +) / chain.leastEnding
            if left <= tolerance {
                let sum = total.reduce(0, +)
                return total.map { $0 / sum }
            }
        }
        throw .notConverged(sweeps: maximumSweeps, residual: left)
    }
}

/// One step of the posterior with random lengths: p(s_{t+1}, length > t | s_t, O).
private struct TiltedChain {
    let inference: ControlInference
    let policy: [Double]
    let discount: Double
    /// γ p(s′ | s, a) exp(α r) β(s′) / β(s, a) of each entry of the transitions.
    let weights: [Double]
    /// The smallest probability to end, over all states that can be.
    let leastEnding: Double

    init(_ inference: ControlInference, _ posterior: TerminationPosterior, _ discount: Double) {
        let (model, transitions) = (inference.model, inference.model.transitions)
        var weights = transitions.values
        var leastEnding = 1.0
        for state in 0..<model.states where posterior.stateMessages[state] > -.infinity {
            var ending = model.pairs.isTerminal(state) ? 1 - discount : 0
            for pair in model.pairs.range(of: state) where posterior.policy[pair] > 0 {
                for position in transitions.starts[pair]..<transitions.starts[pair + 1]
                where weights[position] > 0 {
                    let weight = inference.term(pair, position, posterior.stateMessages)
                    let reward = inference.scaledReward(pair, position)
                    let message = posterior.pairMessages[pair]
                    ending +=
                        posterior.policy[pair] * weights[position] * (1 - discount)
                        * exp(reward - message)
                    weights[position] *= discount * exp(weight - message)
                }
            }
            leastEnding = min(leastEnding, ending)
        }
        (self.inference, policy, self.discount) = (inference, posterior.policy, discount)
        (self.weights, self.leastEnding) = (weights, leastEnding)
    }

    func step(_ current: [Double]) -> [Double] {
        let (model, transitions) = (inference.model, inference.model.transitions)
        var next = Array(repeating: 0.0, count: current.count)
        for state in current.indices where current[state] > 0 {
            if model.pairs.isTerminal(state) { next[state] += discount * current[state] }
            for pair in model.pairs.range(of: state) where policy[pair] > 0 {
                let weight = current[state] * policy[pair]
                for position in transitions.starts[pair]..<transitions.starts[pair + 1] {
                    next[Int(transitions.indices[position])] += weight * weights[position]
                }
            }
        }
        return next
    }
}
