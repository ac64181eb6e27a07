import OptimistCore

extension ParticleFilter {
    /// Weighs the particles by the observation.
    ///
    /// - Returns: the weighted belief and log Σ w p(x | s) in nats.
    /// - Throws: `FilteringError.particleDepletion` where every weight is zero and there is no
    ///   reinvigoration, or it did not help; `.notFinite` where a weight is not a number or +∞;
    ///   what the reinvigoration throws.
    @inlinable
    public mutating func update(
        _ belief: ParticleBelief<Model>, observation: Model.Observation,
        action: Model.Action?, step: Int
    ) throws -> (belief: ParticleBelief<Model>, logLikelihood: Double) {
        let context = StepContext(step: step, action: action, interval: 0)
        var (particles, logWeights) = (belief.particles, belief.logWeights)
        if let proposal {
            redraw(&particles, &logWeights, belief.origin, proposal, observation, context)
        }
        var weighted = try weighed(
            particles, logWeights, belief.ancestors, observation, context)
        if weighted.logLikelihood == -.infinity, let reinvigoration {
            let fresh = try reinvigoration(model, belief, observation, context, &generator)
            weighted = try weighed(
                fresh.particles, fresh.logWeights, nil, observation, context)
        }
        if weighted.logLikelihood == -.infinity {
            throw FilteringError.particleDepletion(
                step: step, particles: belief.particles.count)
        }
        return weighted
    }

    /// Draws every particle again from its parent by the proposal, and weighs it accordingly.
    @inlinable
    mutating func redraw(
        _ particles: inout [Model.State], _ logWeights: inout [Double],
        _ origin: ParticleOrigin<Model>?, _ proposal: Proposal,
        _ observation: Model.Observation, _ context: StepContext<Model.Action>
    ) {
        let source = origin?.context ?? context
        for index in particles.indices {
            let (state, logRatio) = proposal(
                origin?.parents[index], observation, source, &generator)
            particles[index] = state
            logWeights[index] += logRatio
        }
    }

    /// The belief with its weights multiplied by the emission density and normalized.
    @inlinable
    func weighed(
        _ particles: [Model.State], _ logWeights: [Double], _ ancestors: [Int]?,
        _ observation: Model.Observation, _ context: StepContext<Model.Action>
    ) throws -> (belief: ParticleBelief<Model>, logLikelihood: Double) {
        var weights = logWeights
        model.addLogEmissions(observation, of: particles, at: context, to: &weights)
        let (belief, total) = ParticleBelief<Model>.normalized(
            particles, weights, ancestors: ancestors)
        if total.isNaN || total == .infinity {
            throw FilteringError.notFinite(step: context.step)
        }
        return (belief, total)
    }
}
