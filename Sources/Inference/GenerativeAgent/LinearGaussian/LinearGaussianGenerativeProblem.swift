import OptimistCore
import OptimistLinearAlgebra

/// A generative agent in a linear-Gaussian world with a quadratic reward, and optimality over a
/// finite horizon (Marino and Yue 2019). What `GenerativeProblem` enumerates is a closed form here:
///
///     s′ = A s + B a + b + w,      x = C s + d + v         the environment, never inferred
///     z′ = A_a z + B_a a + …,      x = C_a z + …           the agent's own model
///     a ~ N(k − K z, Λ⁻¹)                                  its habit
///     log p(O = 1 | r) = rewardScale · (r − rewardOffset)  optimality
///
/// There are one more arrivals than actions that matter. With each arrival comes what its state
/// costs, and what the action before it did; the last one brings the final reward. Rewards are not
/// observed, so that an agent learns of the state from x alone.
///
/// What came before an arrival counts through two numbers of known spread: m, the mean of the
/// environment's belief, and f, the mean of the agent's Bayes filter. Every value is quadratic in
/// them, and the best posterior is linear and Gaussian.
public struct LinearGaussianGenerativeProblem: Sendable {
    /// What the agent's prior of its state knows of the past.
    public enum Memory: String, Sendable, CaseIterable {
        /// Everything that arrived: p_a(z_t | x_<t, a_<t), the prediction of a Kalman filter.
        case belief
        /// The state that was sampled before: p_a(z_t | z_{t−1}, a_{t−1}), as in tables.
        case sampledState
    }

    /// What happens, and what it pays.
    public let environment: LinearQuadraticGaussian
    /// The agent's model of states and observations.
    public let model: LinearGaussianModel
    /// p_a(a | z).
    public let habit: LinearGaussianPolicy
    /// The number of actions that have consequences.
    public let actions: Int
    /// Nats per unit of reward.
    public let rewardScale: Double
    /// What is subtracted from the reward of each arrival before scaling.
    public let rewardOffset: Double
    /// What the agent's prior of its state knows of the past.
    public let memory: Memory
    /// Covariances and gains of each arrival; they depend on nothing that happens.
    let arrivals: [LinearGaussianArrival]

    /// A problem.
    ///
    /// - Parameters:
    ///   - environment: dynamics, costs and observations; its discount must be 1.
    ///   - model: the agent's own, with parameters that do not vary in time, actions as inputs of
    ///     its transition and a positive definite emission noise; if nil it knows the environment.
    ///   - habit: p_a(a | z), its covariance positive definite.
    ///   - actions: how many actions have consequences; there is one more arrival.
    ///   - rewardScale: nats per unit of reward, at least 0.
    ///   - rewardOffset: subtracted from the reward of each arrival.
    ///   - memory: what the agent's prior of its state knows of the past.
    /// - Throws: `LinearGaussianError` where the two do not fit or a covariance is singular.
    public init(
        environment: LinearQuadraticGaussian, model: LinearGaussianModel? = nil,
        habit: LinearGaussianPolicy, actions: Int, rewardScale: Double = 1,
        rewardOffset: Double = 0, memory: Memory = .belief
    ) throws {
        if actions < 0 || !(rewardScale >= 0 && rewardScale.isFinite) {
            fail(
                "LinearGaussianGenerativeProblem",
                "\(actions) actions, a reward scale of \(rewardScale)")
        }
        self.environment = environment
        self.model = model ?? environment.filter.model
        self.habit = habit
        self.actions = actions
        self.rewardScale = rewardScale
        self.rewardOffset = rewardOffset
        self.memory = memory
        try Self.check(environment, self.model, habit)
        arrivals = try LinearGaussianArrival.all(
            actions + 1, environment: environment.filter.model, agent: self.model, memory: memory)
    }

    /// I(z_t; x_t) before each arrival, `[arrival]`, in nats: ½ log |1 + R⁻¹ C P Cᵀ|.
    ///
    /// No action changes it, so that its weight in a plan changes no plan.
    public var mutualInformation: [Double] { arrivals.map(\.mutualInformation) }

    private static func check(
        _ environment: LinearQuadraticGaussian, _ model: LinearGaussianModel,
        _ habit: LinearGaussianPolicy
    ) throws {
        let (problem, truth) = (environment.problem, environment.filter.model)
        if problem.discount != 1 {
            throw LinearGaussianError.unsupported(
                what: "a discount of \(problem.discount) in a generative problem",
                instead: "set it to 1 and choose the number of actions")
        }
        if !model.isFixed || model.emissionInput != nil {
            throw LinearGaussianError.unsupported(
                what: "an agent's model that varies in time or emits its inputs",
                instead: "give it fixed matrices and inputs to the transition alone")
        }
        let sizes = [
            ("the agent's observation", model.emissionCount, truth.emissionCount),
            (
                "the input of the agent's model",
                model.transitionInput == nil ? problem.actionCount : model.inputCount,
                problem.actionCount
            ),
            ("the action of the habit", habit.gain.rows, problem.actionCount),
            ("the state of the habit", habit.gain.columns, model.stateCount),
        ]
        for (parameter, found, expected) in sizes where found != expected {
            throw LinearGaussianError.shape(
                parameter: parameter, found: "of size \(found)", expected: "\(expected)")
        }
        _ = try locating(step: 0, "the covariance of the habit") { try Cholesky(habit.covariance) }
    }
}
