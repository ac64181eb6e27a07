import OptimistCore
import OptimistLinearAlgebra

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
        var guided = belief
        if let proposal { redraw(&guided, proposal, observation, context) }
        var weighted = try weighed(guided, observation, context)
        if weighted.logLikelihood == -.infinity, let reinvigoration {
            let fresh = try reinvigoration(model, belief, observation, context, &generator)
            weighted = try weighed(fresh, observation, context)
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
        _ belief: inout ParticleBelief<Model>, _ proposal: Proposal,
        _ observation: Model.Observation, _ context: StepContext<Model.Action>
    ) {
        let origin = belief.origin
        let source = origin?.context ?? context
        for index in belief.particles.indices {
            let (state, logRatio) = proposal(
                origin?.parents[index], observation, source, &generator)
            belief.particles[index] = state
            belief.logWeights[index] += logRatio
        }
    }

    /// The belief with its weights multiplied by the emission density and normalized.
    @inlinable
    func weighed(
        _ belief: ParticleBelief<Model>, _ observation: Model.Observation,
        _ context: StepContext<Model.Action>
    ) throws -> (belief: ParticleBelief<Model>, logLikelihood: Double) {
        var weighted = belief
        model.addLogEmissions(
            observation, of: weighted.particles, at: context, to: &weighted.logWeights)
        let total = logSumExp(weighted.logWeights)
        if total.isNaN || total == .infinity {
            throw FilteringError.notFinite(step: context.step)
        }
        if total > -.infinity {
            for index in weighted.logWeights.indices { weighted.logWeights[index] -= total }
        }
        weighted.origin = nil
        return (weighted, total)
    }
}
