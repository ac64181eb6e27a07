import OptimistCore
import OptimistProbability
import OptimistTorch

/// What planning as inference finds: a posterior over actions, for several states at once.
///
/// The posterior combines the habit, which is the prior, with what the model says of an action:
/// q(a | z) ∝ p(a | z) exp(S(a)). How far a planner describes it depends on the planner; what it
/// does not know is nil. All is in raw actions and in nats, and constant to gradients.
public struct ActionPosterior<Law: PlannedLaw> {
    /// The law of the first action, batch `[state]`.
    public var first: Law
    /// The law of the whole sequence, batch `[state]`, event `[horizon, action]`.
    public var sequence: Law?
    /// The habit at the states planned from, batch `[state]`.
    public var habit: Law
    /// Weighted sequences.
    public var particles: ActionParticles?
    /// The effective sample size of the particles, `[state]`.
    public var effectiveSampleSize: Tensor?
    /// log Ẑ, the estimated log-normalizer of prior times likelihood, `[state]`.
    public var logEvidence: TensorEstimate?
    /// The planning bound E_q[S] − KL(q ‖ habit) of the habit and of q after each iteration,
    /// `[1 + iterations, state]`.
    public var objective: TensorEstimate?
    /// L̂, what each action is worth, `[state, actions]`.
    public var values: TensorEstimate?
    /// The mutual information that the posterior expects along the horizon, discounted and
    /// unweighted, `[state]`.
    public var information: Tensor?
    /// By what scores were divided so that enough particles count, at least 1, `[state]`.
    public var temperature: Tensor?
    /// First actions, of those drawn, that survive in the particles, `[state]`.
    public var distinctRoots: Tensor?
    /// Iterations used.
    public var iterations: Int
    /// Rollouts imagined for each state.
    public var evaluations: Int

    /// A posterior of which at least the first action's law is known.
    public init(first: Law, habit: Law, iterations: Int, evaluations: Int) {
        self.first = first
        self.habit = habit
        self.iterations = iterations
        self.evaluations = evaluations
    }

    /// KL(q ‖ habit) of the first action, `[state]`, in nats: what acting so costs.
    public var divergence: Tensor { first.divergence(to: habit) }

    /// First actions as targets that a habit can be fitted to, `[state, count, ...]`, each counting
    /// alike: particles resampled by weight, or draws of the first action's law where there are
    /// none.
    public func targets(_ count: Int, using generator: inout Generator) -> Tensor {
        if let particles {
            return particles.resampled(count, using: &generator).select(axis: 2, 0)
        }
        return first.sample([count], using: &generator).transposed(0, 1)
    }
}
