import OptimistCore
import OptimistExperience
import OptimistModels
import OptimistProbability
import OptimistTorch

extension GenerativeLearner {
    func bound(
        of episodes: [Episode], _ request: BoundRequest, using generator: inout Generator
    ) -> EpisodeBound? {
        withoutGradient {
            let batch = GenerativeBatch(Batch(episodes), networks: networks, scales: scales)
            let objective = self.objective(marginalWeight: 0)
            let mask = objective.reported(batch)
            if mask.acted.sum().item() == 0 { return nil }
            let filtered = objective.filter(batch, using: &generator)
            let features = filtered.states.features
            var bound = objective.bound(batch, filtered, features, using: &generator)
            let law = networks.habit.law(features.slice(axis: 0, 0..<batch.steps.shape[0]))
            bound.actionConsistency = objective.actionConsistency(batch, law)
            bound.mask = mask
            bound.source = .rollout
            bound.marginalWeight = request.marginalWeight
            let found = marginal(request, batch, filtered, mask, using: &generator)
            bound.logMarginal = found.estimate.logMarginal
            return EpisodeBound(
                perEpisode: bound.perTrajectory(), perStep: bound.perStep(),
                marginal: found.estimate.kind,
                isSettled: request.marginal == nil ? found.isSettled : nil,
                episodes: episodes.count)
        }
    }

    private func marginal(
        _ request: BoundRequest, _ batch: GenerativeBatch, _ filtered: FilteredStates,
        _ mask: SequenceMask, using generator: inout Generator
    ) -> DoubledMarginal {
        let kind = request.marginal ?? settings.marginal
        let limit = request.marginal == nil ? request.sampleLimit : 0
        return kind.settledEstimate(
            prior: filtered.prior.base, posterior: filtered.posterior.base, limit: limit,
            using: &generator
        ) { samples in
            // Padding must not decide how many samples are enough.
            networks.model.logLikelihood(of: batch.arrivals, along: filtered, at: samples)
                .maskedFill(mask.arrived .== 0, 0)
        }
    }
}
