import OptimistCore
import OptimistProbability
import OptimistTorch

/// A filter's way through sequences: the same numbers whether it went online or in replay.
public struct FilteredStates {
    /// h and the sampled z of every step, `[time, batch, ...]`.
    public var states: LatentState
    /// q(z_t | …), batch `[time, batch]`.
    public var posterior: LatentLaw
    /// p(z_t | h_t), batch `[time, batch]`.
    public var prior: LatentLaw
    /// −F of what the encoder alone made of each arrival, `[time, batch]`, in nats; nil where the
    /// posterior is the encoder's.
    public var encoderObjective: Tensor?

    /// KL(q(z_t) ‖ p(z_t | h_t)), `[time, batch]`, in nats: state consistency.
    public var divergence: Tensor { posterior.divergence(to: prior) }
}

/// One step of a filter.
public struct FilteredStep {
    /// h and the sampled z, `[rows, ...]`.
    public var state: LatentState
    /// The h that the prior p(z | h) is of, `[rows, hidden]`.
    public var predicted: Tensor
    /// q(z | …), batch `[rows]`.
    public var posterior: LatentLaw
    /// −F of what the encoder alone made of the arrival, `[rows]`, in nats; nil where the posterior
    /// is the encoder's.
    public var encoderObjective: Tensor?
}

extension RecurrentStateSpaceModel {
    /// One step of filtering: memory moves on by the last action, then the arrival is inferred.
    ///
    /// - Parameters:
    ///   - state: what was believed before, `[rows, ...]`.
    ///   - action: what was done, `[rows, action]`; zeros at a start.
    ///   - evidence: what arrived, `[rows, evidence]`.
    ///   - noise: what z is drawn with, `[rows, latent]`, as its kind makes it.
    public func step(
        _ state: LatentState, doing action: Tensor, evidence: Tensor, noise: Tensor
    ) -> FilteredStep {
        let predicted = advance(state, doing: action)
        let memory = remembers ? predicted : Tensor.zeros(like: predicted)
        let posterior = posterior(memory, evidence: evidence)
        return FilteredStep(
            state: LatentState(hidden: memory, sample: posterior.draw(of: noise)),
            predicted: predicted, posterior: posterior)
    }

    /// Filters whole sequences, differentiably.
    ///
    /// - Parameters:
    ///   - state: what is believed before the first arrival, `[batch, ...]`.
    ///   - actions: the action before each arrival, `[time, batch, action]`.
    ///   - evidence: what arrived, `[time, batch, evidence]`.
    ///   - noise: what z is drawn with, `[time, batch, latent]`.
    public func filter(
        from state: LatentState, doing actions: Tensor, evidence: Tensor, noise: Tensor
    ) -> FilteredStates {
        var state = state
        var steps: [FilteredStep] = []
        for time in 0..<evidence.shape[0] {
            steps.append(
                step(
                    state, doing: actions.select(axis: 0, time),
                    evidence: evidence.select(axis: 0, time), noise: noise.select(axis: 0, time)))
            state = steps.last!.state
        }
        return filtered(steps)
    }

    /// The steps of a way through sequences, one after the other.
    func filtered(_ steps: [FilteredStep]) -> FilteredStates {
        let predicted = Tensor.stacked(steps.map(\.predicted))
        return FilteredStates(
            states: LatentState(
                hidden: remembers ? predicted : Tensor.zeros(like: predicted),
                sample: .stacked(steps.map(\.state.sample))),
            posterior: .stacked(steps.map(\.posterior)),
            prior: prior(predicted),
            encoderObjective: steps.first?.encoderObjective == nil
                ? nil : .stacked(steps.map { $0.encoderObjective! }))
    }
}
