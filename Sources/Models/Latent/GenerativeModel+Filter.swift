import OptimistCore
import OptimistProbability
import OptimistTorch

extension GenerativeModel {
    /// Numbers of noise in a row that a step of the filter takes: those of z, and as many for each
    /// iteration of refinement.
    public var noiseWidth: Int { dynamics.latentSize * (1 + (refinement?.iterations ?? 0)) }

    /// Noise for steps of the filter, `[..., noiseWidth]` of a shape `[...]`.
    public func noise(_ shape: [Int], using generator: inout Generator) -> Tensor {
        dynamics.kind.noise(shape + [noiseWidth], using: &generator)
    }

    /// One step of filtering: memory moves on by the last action, the encoder sees what arrived, and
    /// its posterior is refined where the model does that.
    ///
    /// - Parameters:
    ///   - state: what was believed before, `[rows, ...]`.
    ///   - arrivals: what arrived, `[rows, ...]`, with the action before.
    ///   - noise: as `noise(_:using:)` draws it, `[rows, noiseWidth]`.
    public func step(
        _ state: LatentState, arrivals: LatentArrivals, noise: Tensor
    ) -> FilteredStep {
        let evidence = arrivals.evidence(observationOnly: !dynamics.remembers)
        guard let refinement else {
            return dynamics.step(
                state, doing: arrivals.actions, evidence: evidence, noise: noise)
        }
        let parts = noise.split(
            sizes: .init(repeating: dynamics.latentSize, count: 1 + refinement.iterations))
        let step = dynamics.step(
            state, doing: arrivals.actions, evidence: evidence, noise: parts[0])
        return refined(step, refinement, by: arrivals, noise: parts)
    }

    /// Filters whole sequences, differentiably.
    ///
    /// - Parameters:
    ///   - state: what is believed before the first arrival, `[batch, ...]`.
    ///   - arrivals: `[time, batch, ...]`.
    ///   - noise: as `noise(_:using:)` draws it, `[time, batch, noiseWidth]`.
    public func filter(
        from state: LatentState, arrivals: LatentArrivals, noise: Tensor
    ) -> FilteredStates {
        if refinement == nil {
            return dynamics.filter(
                from: state, doing: arrivals.actions,
                evidence: arrivals.evidence(observationOnly: !dynamics.remembers), noise: noise)
        }
        var state = state
        var steps: [FilteredStep] = []
        for time in 0..<arrivals.rewards.shape[0] {
            steps.append(step(state, arrivals: arrivals.at(time), noise: noise[time]))
            state = steps.last!.state
        }
        return dynamics.filtered(steps)
    }

    /// The step with its posterior refined by
    ///
    ///     −F(q) = E_q[log p(x, r, end | h, z)] − KL(q(z) ‖ p(z | h))
    ///
    /// one draw an iteration, with noise of its own, the last parts. Encoder and refinement learn through the
    /// result; heads, transition and memory do not learn from the way to it.
    private func refined(
        _ step: FilteredStep, _ refinement: IterativeInference, by arrivals: LatentArrivals,
        noise: [Tensor]
    ) -> FilteredStep {
        guard let prior = withoutGradient({ dynamics.prior(step.predicted).normal }),
            let start = step.posterior.normal
        else { fail("GenerativeModel.step", "only a Gaussian posterior can be refined") }
        let memory = step.state.hidden.detached()
        var draws = noise.dropFirst().makeIterator()
        let found = refinement.refined(start) { law in
            let sample = law.mean + law.standardDeviation * draws.next()!
            let features = LatentState(hidden: memory, sample: sample).features
            return logLikelihood(features, of: arrivals) - law.divergence(to: prior)
        }
        let posterior = found.posterior
        return FilteredStep(
            state: LatentState(
                hidden: step.state.hidden,
                sample: posterior.mean + posterior.standardDeviation * noise[0]),
            predicted: step.predicted, posterior: .gaussian(posterior),
            encoderObjective: found.startObjective)
    }
}
