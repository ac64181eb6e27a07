import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistTorch

/// What the habit, imagined from some states, makes of the value: λ-returns as its targets.
struct ImaginedHabit {
    /// (h, z) of every step, `[horizon + 1, rows, features]`; constants.
    let features: Tensor
    /// λ-returns in nats, `[horizon, rows]`; constants.
    let returns: Tensor
    /// How much each step counts, `[horizon, rows]`: the discounted probability of getting there.
    let weights: Tensor
}

extension GenerativeImagination {
    /// Follows the habit from states `[rows, features]`, which are taken as constants.
    ///
    ///     G_k = l_k + γ c_k ((1 − λ) V(z_{k+1}) + λ G_{k+1}),   G_H = V(z_H)
    ///
    /// where l is the log-optimality and c the probability of going on, on arrival.
    ///
    /// - Parameter target: the slowly moving value, in nats, of features.
    func followHabit(
        from states: Tensor, steps: Int, discount: Double, lambda: Double,
        target: (Tensor) -> Tensor, using generator: inout Generator
    ) -> ImaginedHabit {
        withoutGradient {
            let way = way(from: states.detached(), steps: steps, using: &generator)
            let values = target(way.features)
            let goesOn =
                (way.continuation ?? Tensor.ones(like: way.logOptimality)) * discount
            let near =
                way.logOptimality
                + goesOn * values.slice(axis: 0, 1..<steps + 1) * (1 - lambda)
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
