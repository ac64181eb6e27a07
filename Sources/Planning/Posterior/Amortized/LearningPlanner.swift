import OptimistCore
import OptimistTorch

/// A planner that learns to plan by planning: its search is made by a network.
///
/// `infer` searches and leaves the network alone; `inferLearning` also says how to change it. See
/// `PlannerTraining`.
public protocol LearningPlanner<ActionLaw>: PosteriorPlanner, Module {
    /// The posterior over actions from several states at once, and what the network learns by
    /// lowering. The model is a constant: nothing of it gets a gradient.
    ///
    /// - Parameters:
    ///   - model: what is imagined in.
    ///   - states: `[state, ...]`.
    ///   - objective: horizon, discount and weight of information.
    ///   - generator: what is random in the search and in imagination.
    /// - Throws: as `infer`.
    func inferLearning<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> LearningPlan<ActionLaw> where Model.ActionLaw == ActionLaw
}

/// A plan with what it teaches the planner.
public struct LearningPlan<Law: PlannedLaw> {
    /// The plan.
    public var posterior: ActionPosterior<Law>
    /// A single number with gradients in the planner's parameters alone, a mean over states.
    public var loss: Tensor
}
