import Foundation
import OptimistCore

/// Which gradient of the bound by the logits of a policy is computed.
public enum PolicyGradientForm: Sendable, Equatable, CaseIterable {
    /// The exact one: the score meets rewards and divergences of all later steps.
    case full
    /// The score meets rewards alone, and the divergence enters by its gradient at its own step: what
    /// advantage actor-critic methods use. Biased: future divergences are missing.
    case localEntropy
}

extension SoftDynamicProgramming {
    /// π(a | s) = softmax of logits over the actions of each state, `[pairs]`.
    public func policy(logits: [Double]) -> [Double] {
        if logits.count != pairs.count {
            fail("SoftDynamicProgramming.policy", "\(logits.count) logits, \(pairs.count) pairs")
        }
        var result = logits
        for state in 0..<pairs.states {
            let range = pairs.range(of: state)
            guard let largest = range.map({ logits[$0] }).max() else { continue }
            let sum = range.reduce(0) { $0 + exp(logits[$1] - largest) }
            for pair in range { result[pair] = exp(logits[pair] - largest) / sum }
        }
        return result
    }

    /// dL/dθ for the logits θ(s, a) of a policy that is the same at each of a number of steps, in nats
    /// (if hard, of the scaled expected reward).
    ///
    /// - Parameters:
    ///   - logits: θ, `[pairs]`.
    ///   - horizon: the number of steps.
    ///   - discount: γ between steps.
    ///   - form: exact, or with local entropies.
    public func gradient(
        logits: [Double], horizon: Int, discount: Double = 1, form: PolicyGradientForm = .full
    ) throws(DynamicProgrammingError) -> [Double] {
        let steps = try gradient(
            logits: Array(repeating: logits, count: horizon), discount: discount, form: form)
        return steps.dropFirst().reduce(steps[0]) { sum, step in zip(sum, step).map { $0 + $1 } }
    }

    /// dL/dθ_t for logits of each step, `[steps][pairs]`:
    ///
    ///     γ^{t−1} d_t(s) π_t(a | s) (Q_t(s, a) − log π_t(a | s) / p(a | s) − V_t(s))
    ///
    /// with d_t the law of s_t, and Q, V those of the policy, divergences included (if hard, those of
    /// the scaled rewards alone).
    ///
    /// - Parameters:
    ///   - logits: θ_t, `[steps][pairs]`.
    ///   - discount: γ between steps.
    ///   - form: exact, or with local entropies.
    public func gradient(
        logits: [[Double]], discount: Double = 1, form: PolicyGradientForm = .full
    ) throws(DynamicProgrammingError) -> [[Double]] {
        if logits.isEmpty { fail("SoftDynamicProgramming.gradient", "there is no step") }
        let policies = logits.map { policy(logits: $0) }
        for law in policies { try check(law) }
        let marginals = try stateMarginals(policies)
        let bellman = bellman(discount)
        let values =
            try form == .full
            ? evaluate(policies, discount: discount) : rewardValues(policies, bellman)
        let end = Array(repeating: 0.0, count: pairs.states)
        var (result, weight) = ([[Double]](), 1.0)
        for t in logits.indices {
            let next = t + 1 < values.count ? values[t + 1] : end
            let visits = marginals[t].map { weight * $0 }
            result.append(
                scores(visits, policies[t], values[t], next: next, bellman, form))
            weight *= discount
        }
        return result
    }

    /// dL/dθ for the logits θ(s, a) of a stationary policy without an end, in nats.
    ///
    /// - Parameters:
    ///   - logits: θ, `[pairs]`.
    ///   - discount: γ below 1.
    ///   - form: exact, or with local entropies.
    ///   - stopping: how exactly the policy is evaluated.
    /// - Throws: `DynamicProgrammingError`.
    public func gradient(
        logits: [Double], discount: Double, form: PolicyGradientForm = .full,
        stopping: Stopping = .init()
    ) throws(DynamicProgrammingError) -> [Double] {
        let policy = policy(logits: logits)
        try check(policy)
        let visits = try occupancy(of: policy, discount: discount, stopping: stopping)
        let values: [Double]
        if form == .full {
            values = try evaluate(policy, discount: discount, stopping: stopping)
        } else {
            let rewards = try rewardProgram.evaluate(
                policy, discount: discount, stopping: stopping)
            values = rewards.map { scale * $0 }
        }
        return scores(visits, policy, values, next: values, bellman(discount), form)
    }

    /// visits(s) π(a | s) times the advantage that a form gives, `[pairs]`.
    private func scores(
        _ visits: [Double], _ policy: [Double], _ values: [Double], next: [Double],
        _ bellman: BellmanOperator, _ form: PolicyGradientForm
    ) -> [Double] {
        let q = bellman.actionValues(next, base: scaledRewards)
        var result = policy
        for state in 0..<pairs.states {
            let range = pairs.range(of: state)
            // 0 log 0 = 0: what is never done costs nothing.
            let ratios = range.map {
                objective == .soft && policy[$0] > 0 ? log(policy[$0]) - logPrior[$0] : 0
            }
            let mean = zip(range, ratios).reduce(0) { $0 + policy[$1.0] * $1.1 }
            for (pair, ratio) in zip(range, ratios) {
                let advantage =
                    form == .full
                    ? q[pair] - ratio - values[state]
                    : q[pair] - values[state] - (ratio - mean)
                result[pair] *= visits[state] * advantage * (rewardScale / scale)
            }
        }
        return result
    }

    /// V^π_t of the scaled rewards alone.
    private func rewardValues(_ policies: [[Double]], _ bellman: BellmanOperator) -> [[Double]] {
        let rewards = scaledRewards
        var next = Array(repeating: 0.0, count: pairs.states)
        return Array(
            policies.reversed().map { policy in
                let q = bellman.actionValues(next, base: rewards)
                next = (0..<pairs.states).map { state in
                    pairs.range(of: state).reduce(0) { $0 + policy[$1] * q[$1] }
                }
                return next
            }.reversed())
    }
}
