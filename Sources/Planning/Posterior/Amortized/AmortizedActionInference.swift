import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch

/// Iterative amortized inference of action sequences (Marino, Piche, Ialongo and Yue 2020): a
/// network that has learned to optimize plans makes a better one of the last and of the gradient
/// of the planning bound there,
///
///     J(q) = E_q[S] − Σ γᵏ KL(q(aₖ) ‖ p(aₖ | zₖ)),   λ ← f_φ(λ, ∇J(λ))
///
/// as `VariationalGradient` does by Adam, in fewer iterations once it has learned. It is given no
/// states: what states have in common with actions is the habit's to know, at which each search
/// starts. λ = (mean, log-deviation) of the whole sequence is counted from the habit along the path
/// of its means, in its deviations, so that λ = 0 is the habit, and one unit is as much of the
/// divergence for a wide habit as for a narrow one.
///
/// Every iterate sees actions and luck of its own, in pairs of opposite noise of the actions: a
/// network that saw the same ones before and after a move would learn to fit them. The best
/// iterate is kept. Until it has learned, the network ascends the gradient with a fixed rate.
public struct AmortizedActionInference: LearningPlanner {
    /// The laws it plans with.
    public typealias ActionLaw = Normal

    /// Optimizes λ, whose size is that of a sequence, horizon times numbers in an action.
    public let inference: IterativeInference
    /// Rollouts of each state in an iteration, an even number.
    public var samples = 16

    /// A planner that searches by a network.
    public init(inference: IterativeInference) { self.inference = inference }

    /// A planner with a network that has not learned yet.
    ///
    /// - Parameters:
    ///   - horizon: actions looked ahead.
    ///   - actions: numbers in an action.
    ///   - units: the widths of the network's hidden layers.
    ///   - iterations: updates of a plan.
    ///   - rate: the step size of the gradient's ascent before the network has learned.
    ///   - clippingNorm: a state's gradient that is longer is scaled down to this; nil for never.
    ///   - type: of parameters, and of the actions planned.
    ///   - device: where parameters are.
    ///   - generator: draws the weights.
    public init(
        horizon: Int, actions: Int, units: [Int] = [64, 64], iterations: Int = 3,
        rate: Double = 0.2, clippingNorm: Double? = 10, type: ElementType = .float32,
        device: Device = .cpu, using generator: inout Generator
    ) {
        var inference = IterativeInference(
            size: horizon * actions, units: units, iterations: iterations,
            update: .learnedSGD(rate: rate), bounds: .hard(-6...2), type: type, device: device,
            using: &generator)
        inference.gradientLimit = clippingNorm
        self.init(inference: inference)
    }

    /// The network's parameters.
    public var parameters: [NamedTensor] { inference.parameters }

    /// Optimizes a plan from the habit on.
    public func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<Normal> where Model.ActionLaw == Normal {
        try plan(
            in: model, from: states, toward: objective, learning: false, using: &generator
        ).posterior
    }

    /// Optimizes a plan from the habit on, and rates every move: the loss is −J, a mean over
    /// iterations and states.
    public func inferLearning<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> LearningPlan<Normal> where Model.ActionLaw == Normal {
        let found = try plan(
            in: model, from: states, toward: objective, learning: true, using: &generator)
        return LearningPlan(
            posterior: found.posterior, loss: withGradient { found.loss!.mean() })
    }

    private func plan<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        learning: Bool, using generator: inout Generator
    ) throws -> (posterior: ActionPosterior<Normal>, loss: Tensor?)
    where Model.ActionLaw == Normal {
        if samples < 2 || samples % 2 != 0 || inference.iterations < 1 {
            fail("AmortizedActionInference", "\(samples) samples, \(inference.iterations) updates")
        }
        let start = try withoutGradient {
            try model.habitualSequence(from: states, toward: objective, using: &generator)
        }
        if inference.size != start.eventShape.reduce(1, *) {
            fail(
                "AmortizedActionInference",
                "sequences \(start.eventShape) for a network over \(inference.size) numbers")
        }
        var search = Search(start, states, samples)
        let found = try inference.infer(from: search.start, learning: learning) { law in
            try search.rate(law, in: model, toward: objective, using: &generator)
        }
        let posterior = try withoutGradient {
            try search.iterates.posterior(habit: model.habit(at: states))
        }
        return (posterior, found.loss)
    }
}
