import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistTorch

/// What the habit, imagined from some states, makes of the value: λ-returns as its targets.
package struct ImaginedHabit {
    /// (h, z) of every step, `[horizon + 1, rows, features]`; constants.
    package let features: Tensor
    /// λ-returns in nats, `[horizon, rows]`; constants.
    package let returns: Tensor
    /// How much each step counts, `[horizon, rows]`: the discounted probability of getting there.
    package let weights: Tensor
}

extension GenerativeImagination {
    /// Follows the habit from states `[rows, features]`, which are taken as constants.
    ///
    ///     G_k = l_k + γ c_k ((1 − λ) V(z_{k+1}) + λ G_{k+1}),   G_H = V(z_H)
    ///
    /// where l is the log-optimality and c the probability of going on, on arrival. What planning
    /// gives weight to counts here too: l has the weighted information added. Following the habit
    /// costs no action consistency.
    ///
    /// - Parameters:
    ///   - states: where it starts.
    ///   - steps: the horizon H.
    ///   - discount: γ.
    ///   - lambda: λ.
    ///   - informationWeight: the weight of mutual information in plans.
    ///   - target: the slowly moving value, in nats, of features.
    ///   - generator: what is random.
    package func followHabit(
        from states: Tensor, steps: Int, discount: Double, lambda: Double,
        informationWeight: Double = 0, target: (Tensor) -> Tensor,
        using generator: inout Generator
    ) -> ImaginedHabit {
        withoutGradient {
            let way = way(
                from: states.detached(), steps: steps, measuringInformation: informationWeight > 0,
                using: &generator)
            let gains =
                way.information.map { way.logOptimality + $0 * informationWeight }
                ?? way.logOptimality
            let values = target(way.features)
            let goesOn =
                (way.continuation ?? Tensor.ones(like: way.logOptimality)) * discount
            let near =
                gains + goesOn * values.slice(axis: 0, 1..<steps + 1) * (1 - lambda)
            let far = goesOn * lambda
            var returns = [values[steps]]
            for step in (0..<steps).reversed() {
                returns.append(near[step] + far[step] * returns.last!)
            }
            var weights = [Tensor.ones(like: returns[0])]
            for step in 0..<steps - 1 { weights.append(weights.last! * goesOn[step]) }
            return ImaginedHabit(
                features: way.features, returns: Tensor.stacked(returns.dropFirst().reversed()),
                weights: Tensor.stacked(weights))
        }
    }
}
