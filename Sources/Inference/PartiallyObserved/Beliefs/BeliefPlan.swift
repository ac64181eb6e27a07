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

    /// Solves to a certified error (see `SoftDynamicProgramming.solve`).
    ///
    /// - Parameters:
    ///   - beliefs: the belief MDP.
    ///   - temperature: τ; 0 is hard.
    ///   - prior: p(a), uniform by default; an action of probability 0 is never taken.
    ///   - tolerance: the largest error of values, in reward units.
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
        do {
            let program = try Self.program(beliefs.model, temperature, self.prior)
            let unit = temperature == 0 ? 1 : 1 / temperature
            values = try program.solve(
                discount: discount,
                stopping: .init(tolerance: tolerance * unit, maximumSweeps: iterationLimit)
            ).values
        } catch .notConverged(let sweeps, let residual, _) {
            throw .notConverged(iterations: sweeps, change: residual)
        } catch {
            fail("BeliefPlan", "\(error)")
        }
    }

    /// The program of a belief MDP under a prior that is the same at each belief.
    static func program(
        _ model: TabularModel, _ temperature: Double, _ prior: [Double]
    ) throws(DynamicProgrammingError) -> SoftDynamicProgramming {
        let weights = model.pairs.actionOf.map { prior[Int($0)] }
        if temperature == 0 {
            return try SoftDynamicProgramming(model.keeping(weights), objective: .hard)
        }
        // The prior is a law of the actions that there are.
        var law = weights
        for state in 0..<model.states {
            let range = model.pairs.range(of: state)
            let total = weights[range].reduce(0, +)
            for pair in range { law[pair] /= total }
        }
        return try SoftDynamicProgramming(
            model, rewardScale: 1 / temperature, prior: .table(law))
    }
}

extension TabularModel {
    /// The model without pairs of weight 0; itself where there are none.
    fileprivate func keeping(_ weights: [Double]) -> TabularModel {
        if weights.allSatisfy({ $0 > 0 }) { return self }
        var entries: [Transition] = []
        for state in 0..<states {
            for pair in pairs.range(of: state) where weights[pair] > 0 {
                transitions.forEachInRow(pair) {
                    entries.append(
                        Transition(
                            state: state, action: Int(pairs.actionOf[pair]), next: $0,
                            probability: $1, reward: rewards[pair]))
                }
            }
        }
        do {
            return try TabularModel(
                states: states, actions: actions, entries: entries, start: start,
                validation: .skip)
        } catch {
            fail("BeliefPlan", "\(error)")
        }
    }
}

extension BeliefPlan: BeliefPolicy {
    /// V at a belief: stored for those of the set, else one step of looking ahead; −∞ where every
    /// action that the prior allows leads out of the set.
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
