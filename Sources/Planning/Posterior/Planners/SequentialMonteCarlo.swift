import OptimistCore
import OptimistProbability
import OptimistTorch

/// Planning by sequential Monte Carlo (Piché, Thomas, Ibrahim, Bengio and Pal 2019): particles are
/// whole futures, drawn step by step and weighted by what each step brings,
///
///     log w += γᵏ survivalₖ (log p(O | r) + w I) + log p(a | z) − log proposal(a | z)
///              + γᵏ⁺¹ survivalₖ₊₁ V(z′) − γᵏ survivalₖ V(z)
///
/// and resampled where few of them count. V, the soft value, tells early what a future is worth
/// later. Along every path its differences add up, so it never changes what is estimated; where the
/// last V is left out, Ẑ is unbiased for any V, and with it Ẑ is as good as V is at the end.
///
/// The target is the posterior over actions and luck together: the optimistic one. Futures that
/// have surely ended keep their weight and are not resampled away.
public struct SequentialMonteCarlo<ActionLaw: PlannedLaw>: PosteriorPlanner, Sendable {
    /// When particles are resampled, always systematically and always before an action.
    public enum Resampling: Sendable, Hashable {
        /// Not at all: sequential importance sampling.
        case never
        /// Before every action.
        case everyStep
        /// Where the effective sample size is below this share of the particles.
        case effectiveShare(Double)
    }

    /// What proposes actions at a step in states `[state · particle, ...]`.
    public typealias Proposal = (_ step: Int, _ states: Tensor) -> ActionLaw

    /// Futures of each state.
    public var particles = 64
    /// When particles are resampled.
    public var resampling = Resampling.effectiveShare(0.5)
    /// Whether weights count on the value along the way, not only at the end.
    public var twistsByValue = true
    /// Whether the value counts where imagination stops.
    public var valuesEnd = true
    /// Whether futures that have surely ended are left out of resampling.
    public var keepsEnded = true
    /// The first action's Gaussian has no smaller deviation, in raw actions.
    public var deviationFloor = 0.05

    /// A planner with the defaults above.
    public init() {}

    /// Futures from each state, proposed by the habit.
    public func infer<Model: ImaginationModel>(
        in model: Model, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<ActionLaw> where Model.ActionLaw == ActionLaw {
        let shape = states.shape
        let repeated = states.repeatedElements(particles, axis: 0)
            .reshaped([shape[0], particles] + shape.dropFirst())
        return try infer(
            in: model, fromParticles: repeated, toward: objective, using: &generator)
    }

    /// Futures from particles of a belief over the state, such as a filter's.
    ///
    /// - Parameters:
    ///   - model: what is imagined in.
    ///   - states: `[state, particle, ...]`, as many particles as the planner has.
    ///   - logWeights: of these particles, `[state, particle]`; what they add to log Ẑ is the log
    ///     of their mean weight. Equal if left out.
    ///   - proposing: the law that actions are drawn from; the habit if left out.
    ///   - objective: horizon, discount and weight of information.
    ///   - generator: what is random in the search and in imagination.
    /// - Throws: `PlanningError.noFiniteScore`; what the model throws.
    public func infer<Model: ImaginationModel>(
        in model: Model, fromParticles states: Tensor, logWeights: Tensor? = nil,
        proposing: Proposal? = nil, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ActionPosterior<ActionLaw> where Model.ActionLaw == ActionLaw {
        let shape = states.shape
        if particles < 1 || shape.count < 2 || shape[1] != particles || !(deviationFloor > 0) {
            fail("SequentialMonteCarlo", "\(self) from particles \(shape)")
        }
        return try withoutGradient {
            let rows = states.reshaped([shape[0] * particles] + shape.dropFirst(2))
            let habit = model.habit(at: rows)
            var cloud = Cloud(self, states: shape[0], rows, logWeights, objective)
            if twistsByValue, let value = model.value(of: rows) { cloud.twist(by: value) }
            for step in 0..<objective.horizon {
                cloud.resample(resampling, before: step, using: &generator)
                try cloud.move(step, in: model, proposing, using: &generator)
            }
            try cloud.logWeights.logSumExp(axis: 1).requireFiniteStates()
            return cloud.posterior(habit: habit.pooled(by: particles))
        }
    }
}
