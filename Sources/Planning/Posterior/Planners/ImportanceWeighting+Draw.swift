import Foundation
import OptimistCore
import OptimistProbability
import OptimistTorch

extension ImportanceWeighting.Search {
    /// One population: all of it from the closed-loop habit at first, then its first part; the rest
    /// are open-loop draws of the fit.
    ///
    /// Several rollouts of a sequence are rows next to one another. The habit chooses in the first
    /// of them, the others do the same: they are rollouts of one sequence.
    func draw<Model: ImaginationModel>(
        in model: Model, _ states: Tensor, _ objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ImportanceWeighting.Population where Model.ActionLaw == Normal {
        let (count, rollouts) = (planner.candidates, planner.rolloutsPerSequence)
        let shape = [states.shape[0], count, objective.horizon] + habit.eventShape
        let noise = Tensor.normal(
            shape, type: habit.mean.elementType, device: habit.mean.device, using: &generator)
        let rows = [shape[0] * count] + shape.dropFirst(2)
        let (flatNoise, planned) = (noise.reshaped(rows), openLoop(noise)?.reshaped(rows))
        let isHabit = planned == nil ? nil : habitMask(states: shape[0], habit.mean.device)
        var chosen: [Tensor] = []
        let sums = try model.rollOut(
            from: states.repeatedElements(count * rollouts, axis: 0), toward: objective,
            using: &generator
        ) { step, states, _ in
            let law = model.habit(at: leaders(states, rollouts))
            var actions = law.mean + law.standardDeviation * flatNoise.select(axis: 1, step)
            if let planned, let isHabit {
                actions = .where(isHabit, actions, planned.select(axis: 1, step))
            }
            chosen.append(actions)
            return ActionChoice(
                actions: rollouts == 1 ? actions : actions.repeatedElements(rollouts, axis: 0),
                logHabit: law.logDensity(actions))
        }
        let actions = Tensor.stacked(chosen, axis: 1).reshaped(shape)
        let logHabit = sums.logHabit!.reshaped([shape[0], count])
        return ImportanceWeighting.Population(
            actions: actions, scores: mean(sums.saneScore, shape[0]), logHabit: logHabit,
            logProposal: logProposal(actions, logHabit),
            information: sums.information.map { mean($0, shape[0]) })
    }

    /// The first rollout of each sequence.
    private func leaders(_ states: Tensor, _ rollouts: Int) -> Tensor {
        if rollouts == 1 { return states }
        let shape = states.shape
        return states.reshaped([shape[0] / rollouts, rollouts] + shape.dropFirst())
            .select(axis: 1, 0)
    }

    /// The mean over a sequence's rollouts, `[state, candidate]`.
    private func mean(_ rows: Tensor, _ states: Int) -> Tensor {
        rows.reshaped([states, planner.candidates, planner.rolloutsPerSequence]).mean(axis: 2)
    }

    private func openLoop(_ noise: Tensor) -> Tensor? {
        fit.map { $0.mean.unsqueezed(axis: 1) + $0.standardDeviation.unsqueezed(axis: 1) * noise }
    }

    /// Which rows the habit chooses for, `[row, 1]`.
    private func habitMask(states: Int, _ device: Device) -> Tensor {
        let order = Tensor.arange(planner.candidates).to(device)
        let mask = order .< Double(planner.habitCandidates)
        return mask.unsqueezed(axis: 0).expanded([states, planner.candidates]).reshaped([-1, 1])
    }

    /// The density of a sequence under the mixture that it was drawn from: shares of habit and fit
    /// are fixed, so every draw counts by the whole mixture (the balance heuristic).
    private func logProposal(_ actions: Tensor, _ logHabit: Tensor) -> Tensor {
        guard let fit else { return logHabit }
        let share = Double(planner.habitCandidates) / Double(planner.candidates)
        return (logHabit + log(share)).logAddExp(logDensity(fit, actions) + log(1 - share))
    }
}
