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
    /// What encoder and refinement learn by lowering beside the F of `posterior`, `[time, batch]`, in
    /// nats: nothing else has gradients here. Nil where the posterior is the encoder's, and where no
    /// gradients are recorded.
    public var inferenceLoss: Tensor?

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
    /// What encoder and refinement learn by lowering beside the F of `posterior`, `[rows]`, in nats;
    /// nil where the posterior is the encoder's, and where no gradients are recorded.
    public var inferenceLoss: Tensor?
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
        let memory = kept(predicted)
        let posterior = posterior(memory, evidence: evidence)
        return FilteredStep(
            state: LatentState(hidden: memory, sample: posterior.draw(of: noise)),
            predicted: predicted, posterior: posterior)
    }

    /// The h that the state is inferred with, `[...]` of the next h.
    func kept(_ predicted: Tensor) -> Tensor {
        remembers ? predicted : Tensor.zeros(like: predicted)
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
                hidden: kept(predicted),
                sample: .stacked(steps.map(\.state.sample))),
            posterior: .stacked(steps.map(\.posterior)),
            prior: prior(predicted),
            encoderObjective: stacked(steps.map(\.encoderObjective)),
            inferenceLoss: stacked(steps.map(\.inferenceLoss)))
    }

    /// What every step has, or none.
    private func stacked(_ parts: [Tensor?]) -> Tensor? {
        let parts = parts.compactMap { $0 }
        return parts.isEmpty ? nil : .stacked(parts)
    }
}
