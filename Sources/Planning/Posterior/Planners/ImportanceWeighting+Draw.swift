import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

extension ImportanceWeighting.Search {
    /// One population: all of it from the closed-loop habit at first, then its first part; the rest
    /// are open-loop draws of the fit.
    func draw<Model: ImaginationModel>(
        in model: Model, _ states: Tensor, _ objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ImportanceWeighting.Population where Model.ActionLaw == Normal {
        let noise = Tensor.normal(
            [states.shape[0], planner.candidates, objective.horizon] + habit.eventShape,
            type: habit.mean.elementType, device: habit.mean.device, using: &generator)
        let imagined = try model.sequences(
            SequenceDraws(
                noise: noise, planned: openLoop(noise), habitCandidates: planner.habitCandidates,
                rollouts: planner.rolloutsPerSequence),
            from: states, toward: objective, using: &generator)
        return ImportanceWeighting.Population(
            actions: imagined.actions, scores: imagined.scores, logHabit: imagined.logHabit,
            logProposal: logProposal(imagined.actions, imagined.logHabit),
            information: imagined.information, stepLogHabit: imagined.stepLogHabit,
            stepWeights: stepWeights(imagined, objective))
    }

    /// γᵏ survivalₖ of each step, which `[state, candidate, horizon]` broadcasts to.
    private func stepWeights(
        _ imagined: ImaginedSequences, _ objective: PlanningObjective
    ) -> Tensor {
        let powers = (0..<objective.horizon).map { pow(objective.discount, Double($0)) }
        let discounts = Tensor(powers, device: imagined.scores.device)
            .to(imagined.stepLogHabit.elementType)
        return imagined.survival.map { $0 * discounts } ?? discounts
    }

    private func openLoop(_ noise: Tensor) -> Tensor? {
        fit.map { $0.mean.unsqueezed(axis: 1) + $0.standardDeviation.unsqueezed(axis: 1) * noise }
    }

    /// The density of a sequence under the mixture that it was drawn from: shares of habit and fit
    /// are fixed, so every draw counts by the whole mixture (the balance heuristic).
    private func logProposal(_ actions: Tensor, _ logHabit: Tensor) -> Tensor {
        guard let fit else { return logHabit }
        let share = Double(planner.habitCandidates) / Double(planner.candidates)
        return (logHabit + log(share)).logAddExp(logDensity(fit, actions) + log(1 - share))
    }
}
