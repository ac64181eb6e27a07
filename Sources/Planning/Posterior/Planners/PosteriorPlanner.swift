import OptimistCore
import OptimistProbability
import OptimistTorch

/// A way of finding the posterior over actions in an agent's own model.
///
/// Planners keep no plan from one step to the next: each search starts at the habit, into which
/// earlier plans are distilled (Marino and Yue 2019). How to search may be learned: see
/// `LearningPlanner`.
public protocol PosteriorPlanner<ActionLaw> {
    /// The kind of laws of actions that it can plan with.
    associatedtype ActionLaw: PlannedLaw

    /// The posterior over actions from several states at once.
    ///
    /// - Parameters:
    ///   - model: what is imagined in.
    ///   - states: `[state, ...]`.
    ///   - objective: horizon, discount and weight of information.
    ///   - generator: what is random in the search and in imagination.
    /// - Throws: `PlanningError.noFiniteScore`; what the model throws.
    func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<ActionLaw> where Model.ActionLaw == ActionLaw
}

extension Tensor {
    /// Stops a plan where the numbers of a state `[state, ...]` are not all finite: no candidate
    /// had a finite score.
    func requireFiniteStates() throws(PlanningError) {
        let finite = isFinite()
        let states = rank == 1 ? finite : finite.all(axes: Array(1..<rank))
        if let state = states.booleans().firstIndex(of: false) {
            throw .noFiniteScore(state: state)
        }
    }
}
