import Foundation
import OptimistCore

/// An environment, an agent and optimality over a finite horizon: the joint
/// Π p_e(s, x, r) p_a(z) p_a(a) p(O | r) with log p(O = 1 | r) = rewardScale · (r − rewardOffset).
///
/// Everything is exact, by recursion over histories; the cost is that of
/// (observations · rewards · states · actions)^horizon leaves.
struct TabularProblem: Equatable {
    /// The environment, never part of the posterior.
    var environment: TabularEnvironment
    /// The agent's model and habit.
    var agent: TabularAgent
    /// The number of steps T; rewards count at each.
    var horizon: Int
    /// Nats per unit of reward.
    var rewardScale: Double
    /// What is subtracted from a reward before scaling.
    var rewardOffset: Double

    /// The number of actions.
    var actions: Int { agent.habit[0].count }
    /// The number of the agent's states.
    var states: Int { agent.initial.count }

    /// log p(O = 1 | r), in nats.
    func logOptimality(reward r: Int) -> Double {
        rewardScale * (environment.rewards[r] - rewardOffset)
    }
}

extension TabularProblem {
    /// The empty history.
    var start: TabularDeparture {
        TabularDeparture(
            step: 0, history: 0, belief: environment.initial, prior: agent.initial)
    }

    /// The histories that one emission can lead to.
    func arrivals(from departure: TabularDeparture) -> [TabularArrival] {
        let (observations, rewards) = (agent.observation[0].count, agent.reward[0].count)
        return (0..<observations * rewards).compactMap { emission in
            let (x, r) = (emission / rewards, emission % rewards)
            let updated = environment.update(departure.belief, observation: x, reward: r)
            return updated.map {
                TabularArrival(
                    step: departure.step,
                    history: departure.history * observations * rewards + emission,
                    observation: x, reward: r, probability: $0.probability, belief: $0.belief,
                    prior: departure.prior,
                    likelihood: agent.likelihood(observation: x, reward: r))
            }
        }
    }

    /// The history that follows when the agent inferred z and did a; nil after the last step.
    func departure(from arrival: TabularArrival, state z: Int, action a: Int) -> TabularDeparture? {
        if arrival.step + 1 == horizon { return nil }
        return TabularDeparture(
            step: arrival.step + 1, history: (arrival.history * states + z) * actions + a,
            belief: environment.predict(arrival.belief, action: a),
            prior: agent.transition[z][a])
    }
}
