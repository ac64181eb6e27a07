import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension GenerativeProblem {
    /// The posterior of an agent that infers by its Bayes filter and plans in its own model, as one
    /// does who cannot evaluate the environment: q(a | z) ∝ p_a(a | z) exp L̂(z, a).
    ///
    /// With a weight on optimality its states are inferred from what it hopes for, too,
    ///
    ///     q(z) ∝ p_a(z | h) exp(weight · log Σ_a p_a(a | z) exp L̂(z, a)),
    ///
    /// which is wishful: unlike the tilt of the optimal posterior, which knows by the environment's
    /// own belief what a state will lead to, this one rests on the model, and lets the agent believe
    /// that it is in a good state. It costs the divergence from the filter.
    ///
    /// - Parameters:
    ///   - informationWeight: of the mutual information in plans.
    ///   - marginalWeight: of the marginal likelihood in that information (`PlanningBound`).
    ///   - stateOptimalityWeight: of future optimality in the inference of states; 0 for the filter.
    public func planned(
        informationWeight: Double = 0, marginalWeight: Double = 1,
        stateOptimalityWeight: Double = 0
    ) -> GenerativePosterior {
        let bound = PlanningBound(
            agent: agent, rewards: rewards, rewardScale: rewardScale, rewardOffset: rewardOffset,
            discount: discount, informationWeight: informationWeight,
            marginalWeight: marginalWeight)
        let values = (0..<horizon).map { bound.values(remaining: horizon - 1 - $0) }
        let laws = (0..<horizon).map { bound.actionLaws(remaining: horizon - 1 - $0) }
        return posterior(
            states: { arrival in
                let filter = arrival.filter
                // Where the agent cannot have been before, there is no filter to tilt.
                if stateOptimalityWeight == 0 || !(arrival.marginal > 0) { return filter }
                var law = filter.indices.map { z in
                    let hope = logSumExp(
                        values[arrival.step][z].enumerated().map {
                            log(self.agent.habit(z, $0)) + $1
                        })
                    return log(filter[z]) + stateOptimalityWeight * hope
                }
                _ = normalizeLogWeights(&law)
                return law
            }, actions: { laws[$0][$1] })
    }
}
