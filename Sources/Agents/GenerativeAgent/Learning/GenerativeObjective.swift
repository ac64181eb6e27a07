import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch

/// What an update of a generative agent lowers, and what it says of the bound.
package struct GenerativeObjective<H: Habit> {
    let networks: GenerativeNetworks<H>
    let imagination: GenerativeImagination<H>
    let settings: GenerativeAgentSettings
    /// β of this update.
    let marginalWeight: Double
    /// What the habit was, where it must not move freely.
    let olderHabit: H?

    /// An objective of given parts.
    package init(
        networks: GenerativeNetworks<H>, imagination: GenerativeImagination<H>,
        settings: GenerativeAgentSettings, marginalWeight: Double, olderHabit: H? = nil
    ) {
        self.networks = networks
        self.imagination = imagination
        self.settings = settings
        self.marginalWeight = marginalWeight
        self.olderHabit = olderHabit
    }

    /// A loss with its parts.
    package struct Result {
        package var loss: Tensor
        package var model: Tensor
        package var distillation: Tensor?
        package var value: Tensor?
        /// F of the encoder's posterior less that of the refined one, a mean over arrivals, in nats.
        package var improvement: Tensor?
        package var bound: SequenceBound
        /// Which steps the bound is reported of: those that were chosen, not drawn at random.
        package var reported: SequenceMask
        /// The arrivals and the filter's way through them.
        package var arrivals: LatentArrivals
        package var filtered: FilteredStates
    }

    /// Filters a batch of sequences under the present networks and adds up what is lost.
    ///
    /// - Parameters:
    ///   - batch: sequences.
    ///   - oldestEpisode: plans of earlier episodes are not distilled.
    ///   - target: the slowly moving value, in nats; nil to fit the model alone.
    ///   - generator: what is random.
    package func evaluate(
        _ batch: GenerativeBatch, distillingSince oldestEpisode: Int,
        target: ((Tensor) -> Tensor)?, using generator: inout Generator
    ) -> Result {
        evaluate(
            batch, along: filter(batch, using: &generator), distillingSince: oldestEpisode,
            target: target, using: &generator)
    }

    /// Adds up what is lost along a filter's way through a batch of sequences.
    ///
    /// - Parameters:
    ///   - batch: sequences.
    ///   - filtered: the way, `[time + 1, batch]`.
    ///   - oldestEpisode: plans of earlier episodes are not distilled.
    ///   - target: the slowly moving value, in nats; nil to fit the model alone.
    ///   - generator: what is random.
    package func evaluate(
        _ batch: GenerativeBatch, along filtered: FilteredStates,
        distillingSince oldestEpisode: Int, target: ((Tensor) -> Tensor)?,
        using generator: inout Generator
    ) -> Result {
        let features = filtered.states.features
        let bound = bound(batch, filtered, features, using: &generator)
        let seen = shapesState ? features : features.detached()
        var result = Result(
            loss: -bound.objective, model: -bound.objective.detached(), bound: bound,
            reported: reported(batch), arrivals: batch.arrivals, filtered: filtered)
        if let loss = inferenceLoss(filtered, bound) { result.loss = result.loss + loss }
        result.improvement = improvement(filtered, bound)
        guard let target else { return result }
        let planned = batch.planned(since: oldestEpisode)
        let time = planned.shape[0]
        let law = networks.habit.law(seen.slice(axis: 0, 0..<time))
        let missed = networks.habit.distillationLoss(law, stored: batch.plans)
        let distillation = (missed * planned).sum() / planned.sum().maximum(1)
        let value = valueLoss(seen, batch, target, using: &generator)
        result.loss =
            result.loss + distillation * settings.learning.distillation
            + value * settings.learning.valueWeight
        if let region = networks.trustRegion, let olderHabit {
            let older = withoutGradient { olderHabit.law(seen.slice(axis: 0, 0..<time)) }
            result.loss =
                result.loss
                + region.penalty(
                    networks.habit.divergences(from: older, to: law), weights: batch.steps)
        }
        (result.distillation, result.value) = (distillation.detached(), value.detached())
        result.bound.actionConsistency = actionConsistency(batch, law)
        return result
    }

    /// Whether habit and value shape z: β > 0 leaves it to reward and action consistency, whose
    /// gradients must then reach it. A β that gradients do not see leaves it to the evidence.
    private var shapesState: Bool {
        marginalWeight > 0 && settings.marginalGradient == .full
    }

    /// The filter's way through the batch from the state before anything arrived.
    func filter(
        _ batch: GenerativeBatch, using generator: inout Generator
    ) -> FilteredStates {
        let model = networks.model
        let shape = batch.arrivals.rewards.shape
        return model.filter(
            from: model.dynamics.initialState(shape[1]), arrivals: batch.arrivals,
            noise: model.noise(shape, using: &generator))
    }

    func bound(
        _ batch: GenerativeBatch, _ filtered: FilteredStates, _ features: Tensor,
        using generator: inout Generator
    ) -> SequenceBound {
        let (model, arrivals) = (networks.model, batch.arrivals)
        var marginal: Tensor?
        if marginalWeight > 0 {
            // Draws of its own, so that what is only reported changes nothing that is learned.
            var draws = generator.split("marginal")
                .split(Int(truncatingIfNeeded: generator.position))
            marginal =
                model.marginal(
                    settings.marginal, of: arrivals, along: filtered,
                    gradient: settings.marginalGradient, using: &draws
                ).logMarginal
        }
        let unit = imagination.scales.rewardUnit
        let isPaid = 1 - arrivals.isFirst
        return SequenceBound(
            logOptimality: batch.rewards * isPaid * (settings.rewardScale / unit),
            logLikelihood: model.logLikelihood(features, of: arrivals), logMarginal: marginal,
            stateConsistency: filtered.divergence,
            mask: SequenceMask(steps: batch.steps, isFirst: batch.startsEpisode),
            marginalWeight: marginalWeight, source: .replay,
            rewardScale: settings.rewardScale / unit)
    }

    /// KL(q(a) ‖ p(a)) of each step, `[time + 1, batch]`: of the stored plan, 0 of a habit's action.
    func actionConsistency(_ batch: GenerativeBatch, _ law: H.Law) -> Tensor {
        withoutGradient {
            let divergence = networks.habit.posterior(ofStored: batch.plans).divergence(to: law)
            let isPlanned = batch.origin .== Double(PlanColumn.Origin.planned.rawValue)
            let cost = Tensor.where(isPlanned, divergence, Tensor.zeros(like: divergence))
            return Tensor.concatenated([cost, Tensor.zeros([1, cost.shape[1]])])
        }
    }

    /// What encoder and refinement learn by beside the bound, per action as the bound is.
    private func inferenceLoss(_ filtered: FilteredStates, _ bound: SequenceBound) -> Tensor? {
        filtered.inferenceLoss.map { loss in
            loss.maskedFill(bound.mask.arrived .== 0, 0).sum() / bound.mask.acted.sum().maximum(1)
        }
    }

    private func improvement(_ filtered: FilteredStates, _ bound: SequenceBound) -> Tensor? {
        guard let before = filtered.encoderObjective, let likelihood = bound.logLikelihood else {
            return nil
        }
        return withoutGradient {
            let gain = likelihood - filtered.divergence - before
            return (gain * bound.mask.arrived).sum() / bound.mask.arrived.sum().maximum(1)
        }
    }

    func reported(_ batch: GenerativeBatch) -> SequenceMask {
        let chosen = batch.chosen
        return SequenceMask(steps: chosen, isFirst: batch.startsEpisode * chosen[0])
    }

    /// The squared distance of the value from λ-returns of the imagined habit, in its own units.
    private func valueLoss(
        _ features: Tensor, _ batch: GenerativeBatch, _ target: (Tensor) -> Tensor,
        using generator: inout Generator
    ) -> Tensor {
        let rows = features.reshaped([-1, features.size(axis: -1)])
        // What pads a window behind an episode's end is nothing that was lived.
        let lived = Tensor.concatenated(
            [Tensor.ones([1, batch.steps.shape[1]]), batch.steps], axis: 0
        ).flattened().nonzero().squeezed(axis: 1)
        let count = min(settings.learning.valueStates, lived.count)
        let chosen = Tensor.randomIntegers([count], in: 0..<lived.count, using: &generator)
        let starts = rows.indexSelect(axis: 0, lived.indexSelect(axis: 0, chosen))
        let path = imagination.followHabit(
            from: starts, steps: settings.learning.valueHorizon, discount: settings.discount,
            lambda: settings.learning.lambda,
            informationWeight: settings.planner.informationWeight, target: target,
            using: &generator)
        // The first of the path again, where gradients may pass.
        let later = path.features.slice(axis: 0, 1..<path.features.shape[0] - 1)
        let all = Tensor.concatenated([starts.unsqueezed(axis: 0), later])
        let error = (networks.value(of: all) - path.returns) * (1 / networks.valueUnit)
        return (error.square() * path.weights).sum() / path.weights.sum()
    }
}
