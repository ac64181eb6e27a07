import OptimistCore
import OptimistTorch

/// A planner that learns online: every plan leaves a gradient of its network, which a step of Adam
/// applies at once, before the next plan.
public final class PlannerTraining<Law: PlannedLaw> {
    private let planner: any LearningPlanner<Law>
    private let optimizer: Adam
    private let clippingNorm: Double

    /// Training of a planner that can learn; nil for another.
    ///
    /// - Parameters:
    ///   - planner: it shares its parameters with what is trained.
    ///   - learningRate: the step size of Adam.
    ///   - clippingNorm: a gradient of a greater global norm is scaled down to it.
    public init?(
        of planner: any PosteriorPlanner<Law>, learningRate: Double, clippingNorm: Double
    ) {
        guard let planner = planner as? any LearningPlanner<Law> else { return nil }
        self.planner = planner
        self.clippingNorm = clippingNorm
        optimizer = Adam(planner.parameters, learningRate: learningRate, epsilon: 1e-5)
    }

    /// Plans made in training so far.
    public var plans: Int { optimizer.steps }

    /// Plans, then improves the planner by it.
    ///
    /// - Parameters:
    ///   - model: what is imagined in; it does not change.
    ///   - states: `[state, ...]`.
    ///   - objective: horizon, discount and weight of information.
    ///   - generator: what is random in the search and in imagination.
    /// - Throws: `PlanningError.gradientNotFinite`, the planner being left as it was; what the
    ///   planner throws.
    public func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<Law> where Model.ActionLaw == Law {
        let found = try planner.inferLearning(
            in: model, from: states, toward: objective, using: &generator)
        let norm = optimizer.minimize(found.loss, clippingNorm: clippingNorm)
        if !norm.isFinite { throw PlanningError.gradientNotFinite(plan: plans) }
        return found.posterior
    }

    /// Stores the planner's parameters and the optimizer's state.
    public func save(to archive: Archive) {
        planner.save(to: archive.scope("network"))
        optimizer.save(to: archive.scope("optimizer"))
    }

    /// Reads what `save` wrote.
    ///
    /// - Throws: `ArchiveError` where something is missing or of another shape.
    public func load(from archive: Archive) throws(ArchiveError) {
        try planner.load(from: archive.scope("network"))
        try optimizer.load(from: archive.scope("optimizer"))
    }
}
