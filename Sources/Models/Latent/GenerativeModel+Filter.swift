import OptimistCore
import OptimistProbability
import OptimistTorch

extension GenerativeModel {
    /// Numbers of noise in a row that a step of the filter takes: those of z, and as many for each
    /// iteration of refinement.
    public var noiseWidth: Int { dynamics.latentSize * (1 + (refinement?.iterations ?? 0)) }

    /// One step of filtering: memory moves on by the last action, the encoder sees what arrived, and
    /// its posterior is refined where the model does that.
    ///
    /// - Parameters:
    ///   - state: what was believed before, `[rows, ...]`.
    ///   - arrivals: what arrived, `[rows, ...]`, with the action before.
    ///   - noise: standard normal, `[rows, noiseWidth]`.
    public func step(
        _ state: LatentState, arrivals: LatentArrivals, noise: Tensor
    ) -> FilteredStep {
        let evidence = arrivals.evidence(observationOnly: !dynamics.remembers)
        guard let refinement = usedRefinement else {
            return dynamics.step(
                state, doing: arrivals.actions, evidence: evidence, noise: noise)
        }
        let predicted = dynamics.advance(state, doing: arrivals.actions)
        return refined(
            predicted, refinement, evidence: evidence, arrivals,
            noise: noise.split(
                sizes: .init(repeating: dynamics.latentSize, count: 1 + refinement.iterations)))
    }

    /// Filters whole sequences, differentiably.
    ///
    /// - Parameters:
    ///   - state: what is believed before the first arrival, `[batch, ...]`.
    ///   - arrivals: `[time, batch, ...]`.
    ///   - noise: standard normal, `[time, batch, noiseWidth]`.
    public func filter(
        from state: LatentState, arrivals: LatentArrivals, noise: Tensor
    ) -> FilteredStates {
        if usedRefinement == nil {
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

    /// The refinement, if it has iterations to make.
    private var usedRefinement: IterativeInference? {
        refinement.flatMap { $0.iterations > 0 ? $0 : nil }
    }

    /// The step with the encoder's posterior refined by
    ///
    ///     −F(q) = E_q[log p(x, r, end | h, z)] − KL(q(z) ‖ p(z | h))
    ///
    /// one draw an iteration, with noise of its own, the last parts. Everything but q is a constant
    /// to the inference, h too: heads, transition and memory learn from the result alone, encoder and
    /// refinement from `inferenceLoss` besides.
    private func refined(
        _ predicted: Tensor, _ refinement: IterativeInference, evidence: Tensor,
        _ arrivals: LatentArrivals, noise: [Tensor]
    ) -> FilteredStep {
        let hidden = dynamics.kept(predicted)
        let (memory, prior) = withoutGradient {
            (hidden.detached(), dynamics.prior(predicted))
        }
        var draws = noise.dropFirst().makeIterator()
        let found = refinement.refined(dynamics.posterior(memory, evidence: evidence)) { law in
            let sample = law.mean + law.standardDeviation * draws.next()!
            let features = LatentState(hidden: memory, sample: sample).features
            return logLikelihood(features, of: arrivals) - law.divergence(to: prior)
        }
        let posterior = found.posterior
        return FilteredStep(
            state: LatentState(
                hidden: hidden,
                sample: posterior.mean + posterior.standardDeviation * noise[0]),
            predicted: predicted, posterior: posterior,
            encoderObjective: found.objectives.first, inferenceLoss: found.loss)
    }
}
