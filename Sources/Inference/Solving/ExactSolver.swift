import OptimistCore

/// Solves given finite models exactly: the log evidence of optimality, the best bound, and
/// values, policy and state marginals for one of three objectives.
public struct ExactSolver: Sendable {
    /// Which posterior or policy is given in full.
    public enum Objective: String, Sendable, CaseIterable {
        /// The exact posterior, which tilts start and dynamics too (`ControlInference`).
        case evidence
        /// The best policy of the bound, under the true dynamics (`SoftDynamicProgramming`).
        case bound
        /// The policy of the best expected reward.
        case hard
    }

    /// T, where the model does not say; both may only if they agree.
    public var horizon: Int?
    /// γ, where the model does not say; both may only if they agree.
    public var discount: Double?
    /// α of the likelihood of optimality exp(α r), the inverse of the temperature.
    public var rewardScale = 1.0
    /// p(a | s).
    public var prior = ActionPrior.uniform
    /// Which posterior or policy is given in full.
    public var objective = Objective.bound
    /// How a program without an end is solved; where nil by policy iteration up to 300 states, and
    /// modified policy iteration beyond.
    public var method: SoftDynamicProgramming.Method?
    /// The largest error of values that is accepted, in nats (reward units if hard); where nil
    /// about 1e-12 of the largest value that rewards and discount allow.
    public var tolerance: Double?
    /// How many threads share a sweep; results do not depend on it.
    public var threads = 1
    /// Hears what is worked on, in words.
    public var onStage: (@Sendable (String) -> Void)?
    /// Hears how many sweeps a stage has made, and the largest change by the last one.
    public var onSweep: (@Sendable (_ sweeps: Int, _ change: Double) -> Void)?

    /// A solver with its defaults.
    public init() {}

    /// Solves a finite model that is fully observed.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - addedStates: of its last states, those that its reader added: the state that each is
    ///     a twin of, or nil for an end.
    /// - Throws: `SolvingError`.
    public func solve(
        _ model: TabularModel, addedStates: [Int?] = []
    ) throws(SolvingError) -> TabularSolution {
        if !(rewardScale > 0 && rewardScale.isFinite) {
            throw .outOfRange(
                what: "reward scale", value: "\(rewardScale)", allowed: "positive numbers")
        }
        let span = try SolvingSpan(horizon: horizon, discount: discount, model: model.details)
        if case .endless(1) = span, !(0..<model.states).contains(where: model.pairs.isTerminal) {
            throw .neverEnds
        }
        let work = TabularWork(self, model, span, addedStates)
        return switch span {
        case .steps(let horizon, let discount): try work.solve(horizon, discount)
        case .endless(let discount): try work.solve(discount)
        }
    }
}
