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
    ///   - noise: as `noise(_:using:)` draws it, `[time, batch, noiseWidth]`.
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
    /// one draw an iteration, with noise of its own, the last parts. To the inference everything but
    /// q is a constant. What is made of the result teaches the refinement through its last update
    /// and, as if the updates had only moved what the encoder said, the encoder, memory and earlier
    /// steps: without a way through time the filter would never learn what is worth remembering.
    private func refined(
        _ predicted: Tensor, _ refinement: IterativeInference, evidence: Tensor,
        _ arrivals: LatentArrivals, noise: [Tensor]
    ) -> FilteredStep {
        let hidden = dynamics.kept(predicted)
        let memory = hidden.detached()
        guard let prior = withoutGradient({ dynamics.prior(predicted).normal }),
            let start = dynamics.posterior(hidden, evidence: evidence).normal,
            let alone = dynamics.posterior(memory, evidence: evidence).normal
        else { fail("GenerativeModel.step", "only a Gaussian posterior can be refined") }
        var draws = noise.dropFirst().makeIterator()
        let found = refinement.refined(alone) { law in
            let sample = law.mean + law.standardDeviation * draws.next()!
            let features = LatentState(hidden: memory, sample: sample).features
            return logLikelihood(features, of: arrivals) - law.divergence(to: prior)
        }
        let posterior = found.posterior.moved(as: start)
        return FilteredStep(
            state: LatentState(
                hidden: hidden,
                sample: posterior.mean + posterior.standardDeviation * noise[0]),
            predicted: predicted, posterior: .gaussian(posterior),
            encoderObjective: found.objectives.first, inferenceLoss: found.loss)
    }
}

extension Normal {
    /// The same law, with the gradient of another one's mean and log-deviation besides.
    fileprivate func moved(as start: Normal) -> Normal {
        func pass(_ value: Tensor, _ start: Tensor) -> Tensor {
            start.requiresGradient ? value + (start - start.detached()) : value
        }
        return Normal(
            mean: pass(mean, start.mean),
            logStandardDeviation: pass(logStandardDeviation, start.logStandardDeviation),
            eventRank: eventRank)
    }
}
