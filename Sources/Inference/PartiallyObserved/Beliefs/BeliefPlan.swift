import OptimistCore
import OptimistLinearAlgebra

/// Soft or hard planning with an infinite horizon on a closed set of beliefs.
///
/// Soft: V(b) = τ log Σ_a p(a) exp(Q(b, a)/τ), the variational bound of control as inference
/// (discounting reward and divergence alike) in reward units. Hard: τ = 0.
public struct BeliefPlan: Sendable {
    /// The beliefs.
    public let beliefs: BeliefMarkovModel
    /// V of each belief, [B], in reward units.
    public let values: [Double]
    /// The temperature τ in reward units.
    public let temperature: Double
    /// p(a), [A].
    public let prior: [Double]

    /// Solves by value iteration with certified bounds: V lies between V_k + g min δ and
    /// V_k + g max δ with δ the last change and g = γ/(1 − γ); the middle is returned.
    ///
    /// - Parameters:
    ///   - beliefs: the belief MDP.
    ///   - temperature: τ; 0 is hard.
    ///   - prior: p(a), uniform by default.
    ///   - tolerance: half the width of the bounds, in reward units.
    ///   - iterationLimit: the most sweeps.
    /// - Throws: `PartiallyObservedError`.
    public init(
        _ beliefs: BeliefMarkovModel, temperature: Double = 0, prior: [Double]? = nil,
        tolerance: Double = 1e-10, iterationLimit: Int = 1_000_000
    ) throws(PartiallyObservedError) {
        let discount = beliefs.source.discount
        if !(discount < 1) { throw .badDiscount(discount) }
        self.beliefs = beliefs
        self.temperature = temperature
        self.prior = SoftChoice.checked(prior, actions: beliefs.source.actionCount)
        let share = discount / (1 - discount)
        var values = [Double](repeating: 0, count: beliefs.beliefs.count)
        var change = Double.infinity
        for _ in 0..<iterationLimit {
            let next = Self.sweep(beliefs.model, values, discount, temperature, self.prior)
            let deltas = zip(next, values).map(-)
            let (least, most) = (deltas.min()!, deltas.max()!)
            values = next
            change = most - least
            if share * change / 2 <= tolerance {
                let shift = share * (least + most) / 2
                self.values = values.map { $0 + shift }
                return
            }
        }
        throw .notConverged(iterations: iterationLimit, change: change)
    }

    private static func sweep(
        _ model: TabularModel, _ values: [Double], _ discount: Double, _ temperature: Double,
        _ prior: [Double]
    ) -> [Double] {
        let ahead = model.transitions * values
        return (0..<model.states).map { state in
            let pairs = model.pairs.range(of: state)
            let weights = pairs.map { prior[Int(model.pairs.actionOf[$0])] }
            // The prior is a law of the actions that there are.
            let total = weights.reduce(0, +)
            return SoftChoice.value(
                pairs.map { model.rewards[$0] + discount * ahead[$0] },
                weights.map { $0 / total }, temperature)
        }
    }
}

extension BeliefPlan: BeliefPolicy {
    /// V at a belief: stored for those of the set, else one step of looking ahead.
    ///
    /// Stops the program where even the successors are outside of the set.
    public func value(_ belief: [Double]) -> Double {
        if let number = beliefs.number(of: belief) { return values[number] }
        return SoftChoice.value(actionValues(belief), prior, temperature)
    }

    /// Q at a belief, in reward units; −∞ for an action that leads out of the set.
    public func actionValues(_ belief: [Double]) -> [Double] {
        let source = beliefs.source
        return (0..<source.actionCount).map { action in
            var value = source.expectedReward(belief, action: action)
            for next in source.successors(belief, action: action) {
                guard let number = beliefs.number(of: next.belief) else { return -.infinity }
                value += source.discount * next.probability * values[number]
            }
            return value
        }
    }

    /// p(a) exp((Q − V)/τ); all on the first best action where τ = 0.
    public func actionLaw(_ belief: [Double]) -> [Double] {
        SoftChoice.law(actionValues(belief), prior, temperature)
    }
}

extension BeliefPolicy {
    /// What this policy truly earns from a belief of a model, with an infinite horizon, in reward
    /// units: its own actions on the beliefs that they can reach.
    ///
    /// - Throws: `PartiallyObservedError`.
    public func achievedValue(
        in model: PartiallyObservedModel, from belief: [Double]? = nil, limit: Int = 100_000
    ) throws -> Double {
        let start = belief ?? model.initialBelief
        let reached = try BeliefMarkovModel(
            reachableIn: model, from: start, limit: limit, actions: { [action($0)] })
        return try BeliefPlan(reached).value(start)
    }
}
