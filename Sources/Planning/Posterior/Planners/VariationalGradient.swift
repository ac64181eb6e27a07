import OptimistCore
import OptimistProbability
import OptimistTorch

/// Gradient ascent of the planning bound in the mean and log-deviation of a Gaussian over action
/// sequences:
///
///     J(q) = E_q[S] − Σ γᵏ KL(q(aₖ) ‖ p(aₖ | zₖ))
///
/// The gradient passes through reparameterized rollouts, and through the habit at imagined states.
/// Without the divergence, as published code has it, the result would be no posterior: habit and
/// model would not be weighed against each other. Adam moves the parameters of all states at once;
/// every iteration sees the same noise, and the best iterate is kept. Plateaus and contacts, where
/// gradients say little, are not for this planner.
///
/// The noise of actions comes in pairs of opposite sign and has variance 1 over a state's samples,
/// each entry for itself: its mean and spread, which few draws get wrong and an ascent then
/// exploits, are exact.
public struct VariationalGradient: PosteriorPlanner, Sendable {
    /// The laws it plans with.
    public typealias ActionLaw = Normal

    /// Rollouts of each state in an iteration, an even number.
    public var samples = 16
    /// Steps of Adam.
    public var iterations = 10
    /// The step size of Adam, in raw actions and in log-deviations.
    public var learningRate = 0.2
    /// A state's gradient that is longer is scaled down to this length; nil for never.
    public var clippingNorm: Double? = 10

    /// A planner with the defaults above.
    public init() {}

    /// Ascends from the habit.
    public func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<Normal> where Model.ActionLaw == Normal {
        if samples < 2 || samples % 2 != 0 || iterations < 1 || !(learningRate > 0) {
            fail("VariationalGradient", "\(self)")
        }
        let start = try withoutGradient {
            try model.habitualSequence(from: states, toward: objective, using: &generator)
        }
        var search = Search(
            self, start, Batch(states, samples, start, using: &generator),
            generator.split(Int(truncatingIfNeeded: generator.next() >> 1)))
        for step in 1...iterations {
            try search.ascend(step, in: model, toward: objective)
        }
        try withoutGradient { try search.judge(in: model, toward: objective) }
        return try withoutGradient {
            try search.iterates.posterior(habit: model.habit(at: states))
        }
    }

    /// The rows of one iteration: states repeated, and noise, the same for all iterations.
    struct Batch {
        let samples: Int
        /// `[state · sample, ...]`.
        let rows: Tensor
        /// `[state, sample, horizon, action]`.
        let noise: Tensor

        init(_ states: Tensor, _ samples: Int, _ law: Normal, using generator: inout Generator) {
            self.samples = samples
            rows = states.repeatedElements(samples, axis: 0)
            let shape = law.shape
            let half = Tensor.normal(
                [shape[0], samples / 2] + shape.dropFirst(), type: law.mean.elementType,
                device: law.mean.device, using: &generator)
            let spread = half.square().mean(axis: 1, keepingDimensions: true).sqrt()
            noise = .concatenated([half / spread, half / -spread], axis: 1)
        }
    }
}
