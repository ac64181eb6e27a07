import OptimistCore
import OptimistProbability
import OptimistTorch

extension ImaginationModel {
    /// No faster way than step by step.
    public func imagineSequences(
        _ draws: SequenceDraws, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ImaginedSequences? { nil }
}

extension ImaginationModel where ActionLaw == Normal {
    /// Imagines action sequences from states `[state, ...]`: all at once where the model can, else
    /// step by step.
    public func sequences(
        _ draws: SequenceDraws, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ImaginedSequences {
        if let all = try imagineSequences(
            draws, from: states, toward: objective, using: &generator)
        {
            return all
        }
        return try sequencesStepByStep(draws, from: states, toward: objective, using: &generator)
    }

    /// Imagines action sequences from states `[state, ...]`, one step of all rows after another.
    ///
    /// Several rollouts of a sequence are rows next to one another.
    package func sequencesStepByStep(
        _ draws: SequenceDraws, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ImaginedSequences {
        let (shape, rollouts) = (draws.noise.shape, draws.rollouts)
        let rows = [shape[0] * shape[1]] + shape.dropFirst(2)
        let (noise, planned) = (draws.noise.reshaped(rows), draws.planned?.reshaped(rows))
        let isHabit = planned == nil ? nil : draws.habitMask
        var (chosen, rated) = ([Tensor](), [Tensor]())
        let sums = try rollOut(
            from: states.repeatedElements(shape[1] * rollouts, axis: 0), toward: objective,
            using: &generator
        ) { step, states, _ in
            let law = habit(at: states.leaders(of: rollouts))
            var actions = law.mean + law.standardDeviation * noise.select(axis: 1, step)
            if let planned, let isHabit {
                actions = .where(isHabit, actions, planned.select(axis: 1, step))
            }
            chosen.append(actions)
            rated.append(law.logDensity(actions))
            return ActionChoice(
                actions: rollouts == 1 ? actions : actions.repeatedElements(rollouts, axis: 0),
                logHabit: rated.last)
        }
        func mean(_ rows: Tensor) -> Tensor {
            rows.reshaped([shape[0], shape[1], rollouts]).mean(axis: 2)
        }
        return ImaginedSequences(
            actions: Tensor.stacked(chosen, axis: 1).reshaped(shape), scores: mean(sums.score),
            logHabit: sums.logHabit!.reshaped([shape[0], shape[1]]),
            information: sums.information.map(mean),
            stepLogHabit: Tensor.stacked(rated, axis: 1).reshaped(Array(shape.prefix(3))),
            survival: sums.survivals.isEmpty
                ? nil : Tensor.stacked(sums.survivals.map(mean), axis: 2))
    }
}

extension SequenceDraws {
    /// Which rows the habit chooses for, `[row, 1]`.
    fileprivate var habitMask: Tensor {
        let (states, candidates) = (noise.shape[0], noise.shape[1])
        let mask = Tensor.arange(candidates).to(noise.device) .< Double(habitCandidates)
        return mask.unsqueezed(axis: 0).expanded([states, candidates]).reshaped([-1, 1])
    }
}

extension Tensor {
    /// The first of each `count` rows.
    fileprivate func leaders(of count: Int) -> Tensor {
        if count == 1 { return self }
        return reshaped([shape[0] / count, count] + shape.dropFirst()).select(axis: 1, 0)
    }
}
