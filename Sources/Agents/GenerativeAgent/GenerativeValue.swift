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
            var path = [states.detached()]
            var (gains, goesOn) = ([Tensor](), [Tensor]())
            for _ in 0..<steps {
                let raw = habit(at: path.last!).sample(using: &generator)
                let next = imagine(
                    path.last!, doing: raw, measuringInformation: false, using: &generator)
                path.append(next.states)
                gains.append(next.logOptimality)
                goesOn.append((next.continuation ?? Tensor.ones(like: gains[0])) * discount)
            }
            let features = Tensor.stacked(path)
            let values = target(features)
            var back = values.select(axis: 0, steps)
            var returns: [Tensor] = []
            for step in (0..<steps).reversed() {
                let ahead = values.select(axis: 0, step + 1) * (1 - lambda) + back * lambda
                back = gains[step] + goesOn[step] * ahead
                returns.append(back)
            }
            var weight = Tensor.ones(like: gains[0])
            var weights = [weight]
            for step in 0..<steps - 1 {
                weight = weight * goesOn[step]
                weights.append(weight)
            }
            return ImaginedHabit(
                features: features, returns: Tensor.stacked(returns.reversed()),
                weights: Tensor.stacked(weights))
        }
    }
}
