import Foundation
import OptimistCore

extension TabularProblem {
    /// The four terms of the bound under any posterior, exactly, summed over the trajectory.
    func evaluate(_ posterior: TabularPosterior) -> Bound<Double> {
        var (reward, gain, stateCost, actionCost) = (0.0, 0.0, 0.0, 0.0)
        func visit(_ departure: TabularDeparture, _ weight: Double) {
            for arrival in arrivals(from: departure) {
                let weight = weight * arrival.probability
                let factors = posterior[arrival.step, arrival.history]
                let marginal = log(arrival.marginal)
                reward += weight * logOptimality(reward: arrival.reward)
                for (z, probability) in factors.state.enumerated() where probability > 0 {
                    let weight = weight * probability
                    gain += weight * (log(arrival.likelihood[z]) - marginal)
                    stateCost += weight * (log(probability) - log(arrival.prior[z]))
                    for (a, probability) in factors.action[z].enumerated() where probability > 0 {
                        let weight = weight * probability
                        actionCost += weight * (log(probability) - log(agent.habit[z][a]))
                        if let next = self.departure(from: arrival, state: z, action: a) {
                            visit(next, weight)
                        }
                    }
                }
            }
        }
        visit(start, 1)
        return Bound(
            reward: reward, informationGain: gain, stateConsistency: stateCost,
            actionConsistency: actionCost,
            context: BoundContext(
                scope: .trajectory(steps: horizon), source: .exact, rewardScale: rewardScale,
                rewardOffset: rewardOffset))
    }
}
