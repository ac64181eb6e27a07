import OptimistCore
import OptimistProbability
import OptimistTorch

/// A filter's way through sequences: the same numbers whether it went online or in replay.
public struct FilteredStates {
    /// h and the sampled z of every step, `[time, batch, ...]`.
    public var states: LatentState
    /// q(z_t | …), batch `[time, batch]`.
    public var posterior: Normal
    /// p(z_t | h_t), batch `[time, batch]`.
    public var prior: Normal

    /// KL(q(z_t) ‖ p(z_t | h_t)), `[time, batch]`, in nats: state consistency.
    public var divergence: Tensor { posterior.divergence(to: prior) }
}

extension RecurrentStateSpaceModel {
    /// One step of filtering: memory moves on by the last action, then the arrival is inferred.
    ///
    /// - Parameters:
    ///   - state: what was believed before, `[rows, ...]`.
    ///   - action: what was done, `[rows, action]`; zeros at a start.
    ///   - evidence: what arrived, `[rows, evidence]`.
    ///   - noise: standard normal, `[rows, latent]`; z = mean + deviation · noise.
    public func step(
        _ state: LatentState, doing action: Tensor, evidence: Tensor, noise: Tensor
    ) -> (state: LatentState, posterior: Normal) {
        let hidden = advance(state, doing: action)
        let posterior = posterior(hidden, evidence: evidence)
        let sample = posterior.mean + posterior.standardDeviation * noise
        return (LatentState(hidden: hidden, sample: sample), posterior)
    }

    /// Filters whole sequences, differentiably.
    ///
    /// - Parameters:
    ///   - state: what is believed before the first arrival, `[batch, ...]`.
    ///   - actions: the action before each arrival, `[time, batch, action]`.
    ///   - evidence: what arrived, `[time, batch, evidence]`.
    ///   - noise: standard normal, `[time, batch, latent]`.
    public func filter(
        from state: LatentState, doing actions: Tensor, evidence: Tensor, noise: Tensor
    ) -> FilteredStates {
        var state = state
        var hidden: [Tensor] = []
        var samples: [Tensor] = []
        var means: [Tensor] = []
        var deviations: [Tensor] = []
        for time in 0..<evidence.shape[0] {
            let (next, law) = step(
                state, doing: actions.select(axis: 0, time),
                evidence: evidence.select(axis: 0, time), noise: noise.select(axis: 0, time))
            state = next
            hidden.append(next.hidden)
            samples.append(next.sample)
            means.append(law.mean)
            deviations.append(law.standardDeviation)
        }
        let memory = Tensor.stacked(hidden)
        return FilteredStates(
            states: LatentState(hidden: memory, sample: .stacked(samples)),
            posterior: Normal(
                mean: .stacked(means), standardDeviation: .stacked(deviations), eventRank: 1),
            prior: prior(memory))
    }
}
