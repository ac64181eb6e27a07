import OptimistCore
import OptimistProbability
import OptimistTorch

extension GenerativeLearner {
    /// What a round of updates is reported as.
    ///
    /// The bound is that of the last update, with the weight of the marginal likelihood that it had.
    /// Beside it stand the parts of the information gain with all of the marginal, which is
    /// estimated here where the update had no need of it.
    func record(
        _ metrics: [Metric], _ last: GenerativeObjective<H>.Result,
        using generator: inout Generator
    ) -> Record {
        withoutGradient {
            var reported = last.bound
            reported.mask = last.reported
            var metrics = metrics
            metrics.append(Metric("marginalWeight", reported.marginalWeight))
            metrics.append(Metric("rewardScale", reported.rewardScale))
            guard reported.mask.acted.sum().item() > 0 else {
                return Record(.learning, metrics: metrics)
            }
            let marginal = networks.model.marginal(
                settings.marginal, of: last.arrivals, along: last.filtered, gradient: .detached,
                using: &generator)
            reported.logMarginal = reported.logMarginal ?? marginal.logMarginal
            let evaluation = reported.perStep()
            metrics += self.metrics(of: evaluation)
            metrics += self.metrics(of: marginal, reported.mask)
            if settings.measuresInformation || settings.planner.informationWeight > 0 {
                metrics += information(last, using: &generator)
            }
            return Record(.learning, metrics: metrics, bound: evaluation.bound)
        }
    }

    private func metrics(of evaluation: SequenceEvaluation) -> [Metric] {
        [
            ("logLikelihood", evaluation.logLikelihood), ("logMarginal", evaluation.logMarginal),
            ("filterSlack", evaluation.filterSlack),
        ].flatMap { name, estimate -> [Metric] in
            guard let estimate else { return [] }
            let error = estimate.standardError.map { [Metric("standardError.\(name)", $0)] }
            return [Metric(name, estimate.mean)] + (error ?? [])
        }
    }

    /// How many samples the marginal was estimated from, and how many of them counted.
    private func metrics(of marginal: MarginalEstimate, _ mask: SequenceMask) -> [Metric] {
        guard let samples = marginal.kind.sampleCount, let size = marginal.effectiveSampleSize
        else { return [] }
        let counted = (size.maskedFill(mask.arrived .== 0, 0) * mask.arrived).sum()
        return [
            Metric("marginalSamples", Double(samples)),
            Metric(
                "marginalEffectiveSampleSize", (counted / mask.arrived.sum().maximum(1)).item()),
        ]
    }

    /// What the next arrival would tell of the state, from states of the last update: too low on
    /// average by one estimator, too high by the other.
    private func information(
        _ last: GenerativeObjective<H>.Result, using generator: inout Generator
    ) -> [Metric] {
        let features = last.filtered.states.features.detached()
        let rows = features.reshaped([-1, features.size(axis: -1)])
        let arrived = last.bound.mask.arrived.flattened().nonzero().squeezed(axis: 1)
        let count = min(arrived.count, settings.learning.valueStates)
        // Evenly spread, for memories are still empty where windows begin.
        let places = (0..<count).map { $0 * arrived.count / count }
        let kept = rows.indexSelect(
            axis: 0, arrived.indexSelect(axis: 0, Tensor(places, shape: [count])))
        let found = imagination.informationAhead(of: kept, using: &generator)
        return [("contrastive", found.contrastive), ("nested", found.nested)].map { name, values in
            Metric("information.\(name)", values.mean().item())
        }
    }
}
