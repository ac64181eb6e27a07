import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// Exact finite-horizon values of beliefs by looking ahead over all actions and observations.
///
/// Q_k(b, a) = R(b, a) + γ Σ_x p(x | b, a) V_{k−1}(b^{a,x}) with V_0 = 0. Hard: V = max_a Q. Soft:
/// V = τ log Σ_a p(a) exp(Q/τ), the variational bound of control as inference on beliefs, in
/// reward units. Beliefs that agree in each entry to 1e-12 are worked out once.
public struct BeliefTree: Sendable {
    /// The model.
    public let model: PartiallyObservedModel
    /// Steps to go.
    public let horizon: Int
    /// The temperature τ in reward units; 0 is the hard value.
    public let temperature: Double
    /// p(a), [A].
    public let prior: [Double]

    private struct Key: Hashable {
        var steps: Int
        var belief: [Int64]
    }

    /// A tree of a horizon.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - horizon: steps to go, at least 1.
    ///   - temperature: τ; 0 is hard.
    ///   - prior: p(a), uniform by default.
    public init(
        _ model: PartiallyObservedModel, horizon: Int, temperature: Double = 0,
        prior: [Double]? = nil
    ) {
        if horizon < 1 || !(temperature >= 0) {
            fail("BeliefTree", "horizon \(horizon), temperature \(temperature)")
        }
        self.model = model
        self.horizon = horizon
        self.temperature = temperature
        self.prior = SoftChoice.checked(prior, actions: model.actionCount)
    }

    /// Q_k at a belief with `horizon` steps to go, together with the memory of the walk.
    private func actionValues(
        _ belief: [Double], _ steps: Int, _ memo: inout [Key: Double]
    ) -> [Double] {
        (0..<model.actionCount).map { action in
            var value = model.expectedReward(belief, action: action)
            if steps == 1 { return value }
            for next in model.successors(belief, action: action) {
                value +=
                    model.discount * next.probability * self.value(next.belief, steps - 1, &memo)
            }
            return value
        }
    }

    private func value(_ belief: [Double], _ steps: Int, _ memo: inout [Key: Double]) -> Double {
        let key = Key(steps: steps, belief: BeliefKey.rounded(belief, tolerance: 1e-12))
        if let known = memo[key] { return known }
        let values = actionValues(belief, steps, &memo)
        let result = SoftChoice.value(values, prior, temperature)
        memo[key] = result
        return result
    }
}

extension BeliefTree: BeliefPolicy {
    /// V_horizon at a belief, in reward units.
    public func value(_ belief: [Double]) -> Double {
        SoftChoice.value(actionValues(belief), prior, temperature)
    }

    /// Q_horizon of each action at a belief, in reward units.
    public func actionValues(_ belief: [Double]) -> [Double] {
        var memo: [Key: Double] = [:]
        return actionValues(belief, horizon, &memo)
    }

    /// p(a) exp((Q − V)/τ); all on the first best action where τ = 0.
    public func actionLaw(_ belief: [Double]) -> [Double] {
        SoftChoice.law(actionValues(belief), prior, temperature)
    }
}

/// Beliefs as keys.
enum BeliefKey {
    static func rounded(_ belief: [Double], tolerance: Double) -> [Int64] {
        belief.map { Int64(($0 / tolerance).rounded()) }
    }
}

/// Hard and soft choice among valued actions.
enum SoftChoice {
    static func checked(_ prior: [Double]?, actions: Int) -> [Double] {
        let prior = prior ?? Array(repeating: 1 / Double(actions), count: actions)
        let isLaw = prior.allSatisfy { $0 >= 0 } && abs(prior.reduce(0, +) - 1) <= 1e-8
        if prior.count != actions || !isLaw { fail("prior", "\(prior) is no law of \(actions)") }
        return prior
    }

    /// τ log Σ p(a) exp(q/τ), or the largest value where τ = 0.
    static func value(_ values: [Double], _ prior: [Double], _ temperature: Double) -> Double {
        var largest = -Double.infinity
        for (value, weight) in zip(values, prior) where weight > 0 { largest = max(largest, value) }
        if temperature == 0 { return largest }
        var sum = 0.0
        for (value, weight) in zip(values, prior) where weight > 0 {
            sum += weight * exp((value - largest) / temperature)
        }
        return largest + temperature * log(sum)
    }

    static func law(_ values: [Double], _ prior: [Double], _ temperature: Double) -> [Double] {
        let total = value(values, prior, temperature)
        if temperature == 0 {
            let best = values.indices.first { prior[$0] > 0 && values[$0] == total }!
            return values.indices.map { $0 == best ? 1 : 0 }
        }
        return zip(values, prior).map {
            $1 > 0 ? $1 * exp(($0 - total) / temperature) : 0
        }
    }
}
