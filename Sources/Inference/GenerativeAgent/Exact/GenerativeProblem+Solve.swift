import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// What is optimized, or computed, over all histories.
public enum GenerativeObjective: String, Sendable, CaseIterable {
    /// The bound: the environment's noise is averaged over, E[log ·]. Its optimum is q*.
    case bound
    /// The log evidence of optimality: the environment's noise is inferred as well, log E[exp ·].
    case evidence
}

extension GenerativeProblem {
    /// The optimal value of the bound with its posterior q*, or the log evidence with the factors
    /// over z and a of the exact posterior; in nats.
    ///
    /// Backward over histories, with Q_T = 0 (Marino and Yue 2019):
    ///
    ///     Q(h, z, a) = E_{x′, r′}[log p(O | r′) + U(h′)]          (evidence: log E exp)
    ///     V(h, z) = log Σ_a p_a(a | z) exp Q,   q(a) ∝ p_a(a | z) exp Q
    ///     U(h)    = log Σ_z p_a(z | h) exp γV,  q(z) ∝ p_a(z | h) exp γV
    ///
    /// (evidence: γ exp V + 1 − γ in place of exp γV; at the first step γ is 1). The bound falls short of the evidence by
    /// the divergence of q* from the exact posterior, which also steers the environment's dice.
    ///
    /// - Parameters:
    ///   - objective: the bound or the evidence.
    ///   - marginalWeight: β of the information gain in 0…1; below 1 the bound's optimum prefers
    ///     what the model finds likely. The evidence knows no weight: 1 is needed there.
    /// - Throws: `GenerativeAgentError.impossibleArrival` or `.outOfRange`.
    public func solve(
        _ objective: GenerativeObjective = .bound, marginalWeight: Double = 1
    ) throws(GenerativeAgentError) -> (value: Double, posterior: GenerativePosterior) {
        if !(0...1).contains(marginalWeight) || objective == .evidence && marginalWeight != 1 {
            throw .outOfRange(
                name: "marginalWeight", value: marginalWeight,
                expected: objective == .bound ? "between 0 and 1" : "1 for the evidence")
        }
        var posterior = GenerativePosterior(
            states: Array(repeating: [], count: horizon),
            actions: Array(repeating: [], count: horizon))
        let possible = try possibleStates()
        var values: [Double] = []
        for t in reachable.steps.indices.reversed() {
            // What the arrivals of the step after are worth, `[arrivals, Z]`.
            let later = t + 1 < horizon ? values : []
            values = actionLaws(t, arrivalValues: later, objective, into: &posterior.actions[t])
            values = arrivalValues(
                t, nodeValues: values, objective, marginalWeight,
                possible: t > 0 ? possible[t - 1] : [], into: &posterior.states[t])
        }
        return (expectation(Array(reachable.steps[0].arrivals), values, objective), posterior)
    }

    /// V of each node and state, `[nodes, Z]`, and q(a).
    private func actionLaws(
        _ t: Int, arrivalValues: [Double], _ objective: GenerativeObjective,
        into laws: inout [Double]
    ) -> [Double] {
        let (states, actions) = (agent.stateCount, agent.actionCount)
        var values: [Double] = []
        for node in reachable.steps[t].beliefs.indices {
            for z in 0..<states {
                var law = (0..<actions).map { a in
                    log(agent.habit(z, a))
                        + actionValue(t, node, z, a, arrivalValues, objective)
                }
                values.append(normalizeLogWeights(&law))
                laws += law
            }
        }
        return values
    }

    /// Q of a node, a state and an action.
    private func actionValue(
        _ t: Int, _ node: Int, _ z: Int, _ a: Int, _ arrivalValues: [Double],
        _ objective: GenerativeObjective
    ) -> Double {
        if t + 1 == horizon { return 0 }
        let next = reachable.steps[t + 1]
        let range = next.arrivals(after: node, a, of: agent.actionCount)
        return expectation(
            Array(next.arrivals[range]),
            range.map { arrivalValues[$0 * agent.stateCount + z] }, objective)
    }

    private func expectation(
        _ arrivals: [ReachableBeliefs.Arrival], _ values: [Double],
        _ objective: GenerativeObjective
    ) -> Double {
        switch objective {
        case .bound: zip(arrivals, values).reduce(0) { $0 + $1.0.probability * $1.1 }
        case .evidence: logSumExp(zip(arrivals, values).map { log($0.probability) + $1 })
        }
    }

    /// log p(O | r) + U of each arrival and state before it, `[arrivals, Z₋]`, and q(z); zeros
    /// where the agent cannot have been in the state before.
    private func arrivalValues(
        _ t: Int, nodeValues: [Double], _ objective: GenerativeObjective, _ weight: Double,
        possible: [Bool], into laws: inout [Double]
    ) -> [Double] {
        let states = agent.stateCount
        var values: [Double] = []
        for arrival in reachable.steps[t].arrivals {
            for before in 0..<priorStates(t) {
                if !canPrecede(arrival, before, possible) {
                    laws += Array(repeating: 0, count: states)
                    values.append(0)
                    continue
                }
                let joint = agentJoint(arrival, from: before)
                let marginal = joint.reduce(0, +)
                var law = (0..<states).map { z in
                    let later = nodeValues[arrival.target * states + z]
                    return log(joint[z] / marginal) + discounted(later, t, objective)
                }
                let value = normalizeLogWeights(&law)
                laws += law
                values.append(
                    (countsReward(at: t) ? logOptimality(arrival: arrival.arrival) : 0) + value
                        + (weight == 1 ? 0 : (1 - weight) * log(marginal)))
            }
        }
        return values
    }

    /// Which states the agent may be in at each belief of each step, `[step][nodes, Z]`: those that
    /// its model, after all it saw, and its habit leave.
    ///
    /// - Throws: `GenerativeAgentError.impossibleArrival` where none is left.
    private func possibleStates() throws(GenerativeAgentError) -> [[Bool]] {
        let states = agent.stateCount
        var result: [[Bool]] = []
        for (t, step) in reachable.steps.enumerated() {
            var here = Array(repeating: false, count: step.beliefs.count * states)
            for arrival in step.arrivals {
                for before in 0..<priorStates(t)
                where canPrecede(arrival, before, result.last ?? []) {
                    let joint = agentJoint(arrival, from: before)
                    if !(joint.reduce(0, +) > 0) { throw impossible(arrival, step: t) }
                    for z in 0..<states where joint[z] > 0 {
                        here[arrival.target * states + z] = true
                    }
                }
            }
            result.append(here)
        }
        return result
    }

    /// Whether the agent may have been in a state at the belief that an arrival follows, and done
    /// what led to it.
    private func canPrecede(
        _ arrival: ReachableBeliefs.Arrival, _ before: Int, _ possible: [Bool]
    ) -> Bool {
        arrival.source < 0
            || possible[arrival.source * agent.stateCount + before]
                && agent.habit(before, arrival.action) > 0
    }

    /// What follows an arrival: the episode goes on from it with probability γ, and for certain
    /// from the first one.
    private func discounted(
        _ value: Double, _ t: Int, _ objective: GenerativeObjective
    ) -> Double {
        if discount == 1 || t == 0 { return value }
        switch objective {
        case .bound: return discount * value
        case .evidence: return logAddExp(log(discount) + value, log(1 - discount))
        }
    }

    func impossible(
        _ arrival: ReachableBeliefs.Arrival, step: Int
    ) -> GenerativeAgentError {
        .impossibleArrival(
            step: step + 1, observation: arrival.arrival / rewards.count,
            reward: arrival.arrival % rewards.count)
    }
}
