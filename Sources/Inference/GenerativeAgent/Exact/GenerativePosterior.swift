import OptimistCore

/// A posterior q(z_t | h_t, z_{t−1}) q(a_t | h_t, z_t) of a `GenerativeProblem`, as tables.
///
/// It depends on the past through the environment's belief, the agent's last state and action and
/// what arrived; the optimum of the bound and the exact posterior are of this kind.
public struct GenerativePosterior: Sendable, Equatable {
    /// q(z | arrival, z₋), one `[arrivals, Z₋, Z]` a step; Z₋ is 1 at the first step.
    var states: [[Double]]
    /// q(a | belief, z), one `[nodes, Z, A]` a step.
    var actions: [[Double]]
}

/// What an agent knows when it infers its state: an arrival, from its own point of view.
public struct AgentArrival: Sendable {
    /// The step, from 0.
    public let step: Int
    /// The observation.
    public let observation: Int
    /// The reward, as an index.
    public let reward: Int
    /// p_e(x, r | what came before).
    public let probability: Double
    /// p_a(z | z₋, a₋), `[Z]`.
    public let prior: [Double]
    /// p_a(x, r | z₋, a₋, z), `[Z]`.
    public let likelihood: [Double]

    /// p_a(x, r | z₋, a₋).
    public var marginal: Double { zip(prior, likelihood).reduce(0) { $0 + $1.0 * $1.1 } }
    /// p_a(z | z₋, a₋, x, r), the agent's Bayes filter, `[Z]`.
    public var filter: [Double] { zip(prior, likelihood).map { $0 * $1 / marginal } }
}

extension GenerativeProblem {
    /// What arrives, as the agent in state z₋ before it sees it.
    func agentArrival(
        _ arrival: ReachableBeliefs.Arrival, step: Int, from state: Int
    ) -> AgentArrival {
        let model = agent.model
        let likelihood = (0..<agent.stateCount).map {
            arrival.source < 0
                ? model.firstArrival[$0 * model.arrivalCount + arrival.arrival]
                : model.arrival(arrival.arrival, state, arrival.action, to: $0)
        }
        return AgentArrival(
            step: step, observation: arrival.arrival / rewards.count,
            reward: arrival.arrival % rewards.count, probability: arrival.probability,
            prior: agentPrior(arrival, from: state), likelihood: likelihood)
    }

    /// The posterior that infers states by one rule and acts by another.
    ///
    /// - Parameters:
    ///   - states: q(z) after an arrival, `[Z]`.
    ///   - actions: q(a) at a step in a state of the agent, `[A]`; the habit if nil.
    public func posterior(
        states: (AgentArrival) -> [Double], actions: ((Int, Int) -> [Double])? = nil
    ) -> GenerativePosterior {
        var result = GenerativePosterior(states: [], actions: [])
        for (t, step) in reachable.steps.enumerated() {
            result.states.append(
                step.arrivals.flatMap { arrival in
                    (0..<priorStates(t)).flatMap {
                        states(agentArrival(arrival, step: t, from: $0))
                    }
                })
            let rows = (0..<agent.stateCount).flatMap { state in
                actions?(t, state)
                    ?? (0..<agent.actionCount).map { agent.habit(state, $0) }
            }
            result.actions.append(step.beliefs.flatMap { _ in rows })
        }
        return result
    }

    /// The agent's Bayes filter, and actions from its habit.
    public var habitual: GenerativePosterior { posterior(states: \.filter) }

    /// States from the transition prior, as if nothing were seen, and actions from habit.
    public var blind: GenerativePosterior { posterior(states: \.prior) }

    /// q(z | …) at an arrival of a step, `[Z]`.
    public func stateLaw(
        _ posterior: GenerativePosterior, step: Int, arrival: Int, from state: Int = 0
    ) -> [Double] {
        let states = agent.stateCount
        let row = (arrival * priorStates(step) + state) * states
        return Array(posterior.states[step][row..<row + states])
    }

    /// q(a | …) at a belief of a step in a state of the agent, `[A]`.
    public func actionLaw(
        _ posterior: GenerativePosterior, step: Int, belief: Int, state: Int
    ) -> [Double] {
        let row = (belief * agent.stateCount + state) * agent.actionCount
        return Array(posterior.actions[step][row..<row + agent.actionCount])
    }

    /// What may arrive at the first step, in the order that `stateLaw` numbers it; after arrival
    /// number i the environment's belief is number `belief`.
    public var firstArrivals: [(arrival: AgentArrival, belief: Int)] {
        reachable.steps[0].arrivals.map { (agentArrival($0, step: 0, from: 0), $0.target) }
    }
}
