import OptimistCore
import OptimistProbability
import OptimistTorch

/// The cross-entropy method in imagination, started from the habit.
///
/// This is no approximation of prior times likelihood: the likelihood of optimality is the
/// indicator of being among the best, and the habit enters only as the first mean and deviations.
/// With iterations the Gaussian shrinks onto the maximum of S, wherever the habit is; the planning
/// bound's action consistency is dropped, as in PETS and PlaNet. It is here to be compared with,
/// and for scores that no gradient or weighting can climb.
///
/// The search runs in units of the habit's deviations about its mean.
public struct HabitCrossEntropy: PosteriorPlanner, Sendable {
    /// The laws it plans with.
    public typealias ActionLaw = Normal

    /// How it searches; deviations are in those of the habit.
    public var method: CrossEntropyMethod
    /// Candidates lie within so many of the habit's deviations.
    public var reach = 4.0
    /// Rollouts of each candidate, of which the mean counts.
    public var rollouts = 1

    /// A search by clipped draws from the habit's own deviations.
    public init() {
        method = CrossEntropyMethod(.clipped)
        method.candidates = 128
        method.elites = 12
        method.initialDeviation = 1
        method.deviationFloor = 0.05
    }

    /// Searches for sequences with high scores.
    public func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<Normal> where Model.ActionLaw == Normal {
        if !(method.deviationFloor > 0) || !(reach > 0) { fail("HabitCrossEntropy", "\(self)") }
        return try withoutGradient {
            let start = try model.habitualSequence(
                from: states, toward: objective, using: &generator)
            let scorer = StandardizedScorer(
                base: ImaginationScorer(
                    model, from: states, toward: objective, rollouts: rollouts),
                habit: start)
            let box = ActionBox(
                -reach, reach, width: start.shape[2], type: start.mean.elementType,
                device: start.mean.device)
            let problem = PlanningProblem(
                states: states.shape[0], horizon: objective.horizon, box: box, scorer: scorer)
            var memory = PlanMemory(states: states.shape[0], horizon: objective.horizon, box: box)
            let plan = try method.plan(problem, from: &memory, using: &generator)
            let sequence = Normal(
                mean: scorer.raw(plan.actions),
                standardDeviation: start.standardDeviation * plan.deviation!, eventRank: 2)
            var posterior = ActionPosterior(
                first: sequence.firstStep, habit: model.habit(at: states),
                iterations: plan.evaluations / method.candidates,
                evaluations: plan.evaluations * rollouts)
            posterior.sequence = sequence
            return posterior
        }
    }
}

/// Scores sequences that are given in deviations of a habit about its mean.
private struct StandardizedScorer<Model: ImaginationModel>: PlanScorer {
    let base: ImaginationScorer<Model>
    /// Event `[horizon, action]`, batch `[state]`.
    let habit: Normal

    /// Raw sequences `[state, horizon, action]`.
    func raw(_ sequences: Tensor) -> Tensor {
        habit.mean + habit.standardDeviation * sequences
    }

    func scores(of sequences: Tensor, using generator: inout Generator) throws -> Tensor {
        let raw =
            habit.mean.unsqueezed(axis: 1)
            + habit.standardDeviation.unsqueezed(axis: 1) * sequences
        return try base.scores(of: raw, using: &generator)
    }
}
