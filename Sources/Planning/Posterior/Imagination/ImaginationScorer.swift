import OptimistCore
import OptimistTorch

/// Scores open-loop action sequences by imagining them, so that every `Planner` can plan in an
/// `ImaginationModel`: S of the planning bound, in nats, without the habit's part.
public struct ImaginationScorer<Model: ImaginationModel>: PlanScorer {
    /// What is imagined in.
    public let model: Model
    /// The states planned from, `[state, ...]`.
    public var states: Tensor
    /// What is looked for.
    public var objective: PlanningObjective
    /// Rollouts of each sequence, of which the mean counts.
    public var rollouts: Int

    /// A scorer of sequences from the given states.
    public init(
        _ model: Model, from states: Tensor, toward objective: PlanningObjective,
        rollouts: Int = 1
    ) {
        if rollouts < 1 { fail("ImaginationScorer", "\(rollouts) rollouts") }
        self.model = model
        self.states = states
        self.objective = objective
        self.rollouts = rollouts
    }

    /// S of raw sequences `[state, candidate, horizon, action]`, as `[state, candidate]`; gradients
    /// reach the sequences where the model lets them through.
    public func scores(of sequences: Tensor, using generator: inout Generator) throws -> Tensor {
        let shape = sequences.shape
        if shape.count != 4 || shape[0] != states.shape[0] || shape[2] != objective.horizon {
            fail(
                "ImaginationScorer",
                "sequences \(shape) from states \(states.shape), a horizon of "
                    + "\(objective.horizon)")
        }
        let flat = sequences.reshaped([shape[0] * shape[1], shape[2], shape[3]])
        let actions = rollouts == 1 ? flat : flat.repeatedElements(rollouts, axis: 0)
        let sums = try model.rollOut(
            from: states.repeatedElements(shape[1] * rollouts, axis: 0), toward: objective,
            using: &generator
        ) { step, _, _ in
            ActionChoice(actions: actions.select(axis: 1, step))
        }
        return sums.score.reshaped([shape[0], shape[1], rollouts]).mean(axis: 2)
    }
}
