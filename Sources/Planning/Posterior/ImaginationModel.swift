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
public protocol ImaginationModel {
    /// The law of raw actions, its batch shape `[rows]`.
    associatedtype ActionLaw: TensorDistribution

    /// The action prior p(a | z), the habit, of every row.
    func habit(at states: Tensor) -> ActionLaw

    /// What one action in every row leads to.
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
}

/// What was imagined of one step, row by row.
public struct Imagined {
    /// Where each row has arrived, `[rows, ...]`.
    public var states: Tensor
    /// log p(O = 1 | r) of the reward on arrival, `[rows]`, in nats: reward scale times reward.
    public var logOptimality: Tensor
    /// The probability that the task goes on after arrival, `[rows]`; nil where it always does.
    public var continuation: Tensor?
    /// I(z; x, r) on arrival, `[rows]`, in nats; nil where it was not asked for.
    public var information: Tensor?

    /// What was imagined, with its parts.
    public init(
        states: Tensor, logOptimality: Tensor, continuation: Tensor? = nil,
        information: Tensor? = nil
    ) {
        self.states = states
        self.logOptimality = logOptimality
        self.continuation = continuation
        self.information = information
    }
}

/// What a planner looks for in imagination: the planning bound's weights.
public struct PlanningObjective: Sendable, Equatable {
    /// Actions looked ahead.
    public var horizon: Int
    /// Weight of each further step, in 0…1.
    public var discount: Double
    /// Weight of mutual information: 1 for the bound as Marino and Yue print it, 0 for the bound
    /// that keeps state consistency, which cancels it.
    public var informationWeight: Double

    /// An objective with its parts.
    public init(horizon: Int, discount: Double = 1, informationWeight: Double = 0) {
        if horizon < 1 || !(0...1 ~= discount) || !(informationWeight >= 0) {
            fail(
                "PlanningObjective",
                "a horizon of \(horizon), a discount of \(discount), a weight of "
                    + "\(informationWeight)")
        }
        self.horizon = horizon
        self.discount = discount
        self.informationWeight = informationWeight
    }
}
