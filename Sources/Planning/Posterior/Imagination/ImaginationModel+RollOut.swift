import OptimistCore
import OptimistProbability
import OptimistTorch

/// An action for every row, and what choosing it says of the habit.
struct ActionChoice {
    /// `[rows, action]`, or `[rows]` where actions are indices.
    var actions: Tensor
    /// log p(a | z), `[rows]`, in nats; nil where nobody asks.
    var logHabit: Tensor?
    /// KL(q(a) ‖ p(a | z)), `[rows]`, in nats; nil where it is no part of the objective.
    var divergence: Tensor?
}

extension ImaginationModel {
    /// Rows of closed-loop imagination: what they are worth by the planning bound.
    ///
    ///     S = Σ γᵏ survivalₖ (log p(O | rₖ) + w Iₖ) + γᴴ survival_H V(z_H)
    ///
    /// A step's terms count before its ending does: the reward on arrival at an end is earned.
    /// Nothing is read back from the device.
    ///
    /// - Parameters:
    ///   - choosing: the action of every row, given the step and the states.
    func rollOut(
        from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator,
        choosing: (_ step: Int, _ states: Tensor, _ generator: inout Generator) -> ActionChoice
    ) throws -> ImaginedReturn {
        var (states, sums) = (states, ImaginedReturn(objective))
        for step in 0..<objective.horizon {
            let choice = choosing(step, states, &generator)
            sums.add(choice)
            let imagined = try imagine(
                states, doing: choice.actions,
                measuringInformation: objective.measuresInformation, using: &generator)
            sums.add(imagined)
            states = imagined.states
        }
        if let value = value(of: states) { sums.add(value: value) }
        return sums
    }
}

extension ImaginationModel where ActionLaw == Normal {
    /// The habit's laws along a path on which every action is its mean, as one law over sequences,
    /// batch `[state]`, event `[horizon, action]`: where a search starts.
    func habitualSequence(
        from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> Normal {
        var (means, deviations) = ([Tensor](), [Tensor]())
        _ = try rollOut(from: states, toward: objective, using: &generator) { _, states, _ in
            let law = habit(at: states)
            means.append(law.mean)
            deviations.append(law.standardDeviation.expanded(law.shape))
            return ActionChoice(actions: law.mean)
        }
        return Normal(
            mean: .stacked(means, axis: 1), standardDeviation: .stacked(deviations, axis: 1),
            eventRank: 2)
    }
}
