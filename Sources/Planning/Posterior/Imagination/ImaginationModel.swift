import OptimistCore
import OptimistProbability
import OptimistTorch

/// An agent's own model, as a planner imagines in it: rows of states side by side.
///
/// The planning bound of Marino and Yue (2019) replaces the environment and the posterior of the
/// future by the agent's factors: p(z′ | z, a), p(r | z′), the action prior p(a | z), and a value
/// where imagination stops. What a row of a state means only the model knows: a recurrent state
/// beside a sampled one, an index, a simulator's state.
///
/// Actions are raw: where they are squashed into a box, the model squashes them, so that prior and
/// posterior are compared where both are simple. Discrete actions are int64 indices.
///
/// Planners call these in `withoutGradient`, except `VariationalGradient`, for which `imagine`,
/// `value` and the habit must be differentiable with respect to states and actions.
public protocol ImaginationModel<ActionLaw> {
    /// The law of raw actions, its batch shape `[rows]`.
    associatedtype ActionLaw: TensorDistribution

    /// The action prior p(a | z), the habit, of every row.
    func habit(at states: Tensor) -> ActionLaw

    /// What one action in every row leads to.
    ///
    /// The number and the shapes of draws must depend on the rows alone, not on the actions: what
    /// is compared under common random numbers gets copies of one generator.
    ///
    /// - Parameters:
    ///   - states: `[rows, ...]`.
    ///   - actions: raw, `[rows, action]`, or `[rows]` where they are indices.
    ///   - information: whether the mutual information of what would be seen is asked for.
    ///   - generator: what is random in imagination.
    /// - Throws: what the model throws, such as a state that is not finite.
    func imagine(
        _ states: Tensor, doing actions: Tensor, measuringInformation information: Bool,
        using generator: inout Generator
    ) throws -> Imagined

    /// The soft value of states, `[rows]`, in nats: the expected discounted log-optimality under
    /// the habit from there on; nil for a model that has none.
    func value(of states: Tensor) -> Tensor?

    /// Imagines whole action sequences at once, for a model that has a faster way to it than
    /// `imagine` after `imagine`; nil where it has none, which must depend on kinds and sizes
    /// alone. Asked only where the habit's laws are `Normal`, without gradients.
    ///
    /// - Parameters:
    ///   - draws: the sequences.
    ///   - states: where each state's candidates start, `[state, ...]`.
    ///   - objective: what their scores count.
    ///   - generator: what else is random in imagination; untouched where the result is nil.
    func imagineSequences(
        _ draws: SequenceDraws, from states: Tensor, toward objective: PlanningObjective,
        using generator: inout Generator
    ) throws -> ImaginedSequences?
}
