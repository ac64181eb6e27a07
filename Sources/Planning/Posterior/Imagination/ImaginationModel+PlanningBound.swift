import OptimistCore
import OptimistProbability
import OptimistTorch

/// The planning bound of laws over action sequences, by draws in pairs of opposite noise.
struct PlanningBoundDraws {
    /// S − Σ γᵏ KL(q(aₖ) ‖ p(aₖ | zₖ)) of every draw, `[state, sample]`, in nats.
    let values: Tensor
    /// The information on the way, `[state, sample]`, in nats; nil where it is not measured.
    let information: Tensor?

    /// J, `[state]`.
    var mean: Tensor { values.mean(axis: 1) }

    /// The standard error of J, `[state]`; a pair is one sample.
    var standardError: Tensor {
        let (states, samples) = (values.shape[0], values.shape[1])
        let pairs = values.reshaped([states, 2, samples / 2]).mean(axis: 1)
        let spread = samples > 2 ? pairs.variance(axis: 1) : pairs.square().sum(axis: 1)
        return (spread / Double(samples / 2)).sqrt()
    }
}

extension ImaginationModel where ActionLaw == Normal {
    /// The planning bound of laws over action sequences, differentiable in their parameters:
    ///
    ///     J(q) = E_q[S] − Σ γᵏ KL(q(aₖ) ‖ p(aₖ | zₖ))
    ///
    /// Gradients pass through reparameterized rollouts, and through the habit at imagined states.
    ///
    /// - Parameters:
    ///   - mean: `[state, horizon, action]`.
    ///   - logDeviation: likewise.
    ///   - noise: of the actions, `[state, sample, horizon, action]`, the second half of the samples
    ///     opposite to the first.
    ///   - rows: the states, each repeated for its samples, `[state · sample, ...]`.
    ///   - objective: what is looked for.
    ///   - generator: what is random in imagination.
    func planningBound(
        _ mean: Tensor, _ logDeviation: Tensor, noise: Tensor, from rows: Tensor,
        toward objective: PlanningObjective, using generator: inout Generator
    ) throws -> PlanningBoundDraws {
        let samples = noise.shape[1]
        let shape = [rows.shape[0]] + mean.shape.dropFirst()
        let actions =
            (mean.unsqueezed(axis: 1) + logDeviation.exp().unsqueezed(axis: 1) * noise)
            .reshaped(shape)
        let means = mean.repeatedElements(samples, axis: 0)
        let logarithms = logDeviation.repeatedElements(samples, axis: 0)
        let sums = try rollOut(from: rows, toward: objective, using: &generator) {
            step, states, _ in
            let law = Normal(
                mean: means.select(axis: 1, step),
                logStandardDeviation: logarithms.select(axis: 1, step), eventRank: 1)
            return ActionChoice(
                actions: actions.select(axis: 1, step),
                divergence: law.divergence(to: habit(at: states)))
        }
        func grouped(_ rows: Tensor) -> Tensor { rows.reshaped([-1, samples]) }
        return PlanningBoundDraws(
            values: grouped(sums.score - sums.divergence!),
            information: sums.information.map(grouped))
    }
}
