import OptimistCore

/// Policies on a table against the exact answer: what is the best is found once, then any policy is
/// compared with it.
///
/// An agent that acts on a table hands over π(a | s), `[pairs]` (`StateActionPairs.values` turns
/// `[s][a]` into that), and logs the gap of its bound. Laws must sum to one in float64: from an agent
/// that computes with less, pass log-probabilities through `SoftDynamicProgramming.policy(logits:)`.
public struct PolicyComparison: Sendable {
    /// The program whose bound is meant.
    public let program: SoftDynamicProgramming
    /// How long it lasts.
    public let span: SolvingSpan
    /// log p(O) in nats; without an end summed over random lengths, where it may diverge.
    public let logEvidence: Solved<Double>
    /// max_π L(π) in nats, over policies that may depend on the step.
    public let bestBound: Double
    /// max_π E[Σ γ^{t−1} r_t] in reward units.
    public let bestReward: Double

    /// Solves a model three times: for evidence, best bound and best expected reward.
    ///
    /// - Parameters:
    ///   - model: the table.
    ///   - rewardScale: α, positive.
    ///   - prior: p(a | s).
    ///   - span: how long it lasts.
    ///   - stopping: how exactly it is solved without an end.
    /// - Throws: `DynamicProgrammingError`.
    public init(
        _ model: TabularModel, rewardScale: Double = 1, prior: ActionPrior = .uniform,
        span: SolvingSpan, stopping: SoftDynamicProgramming.Stopping = .init()
    ) throws(DynamicProgrammingError) {
        program = try SoftDynamicProgramming(model, rewardScale: rewardScale, prior: prior)
        self.span = span
        do {
            let inference = try ControlInference(model, rewardScale: rewardScale, prior: prior)
            switch span {
            case .steps(let steps, let discount):
                logEvidence = .value(
                    try inference.logEvidence(horizon: steps, discount: discount))
            case .endless(let discount):
                logEvidence =
                    discount < 1
                    ? .value(try inference.infer(discount: discount).logEvidence)
                    : .missing(reason: "without an end the evidence asks for a discount below 1")
            }
        } catch {
            logEvidence = .missing(reason: "\(error)")
        }
        let best = program.rewardProgram
        switch span {
        case .steps(let steps, let discount):
            bestBound = try program.bestBound(horizon: steps, discount: discount)
            bestReward =
                try best.bestBound(horizon: steps, discount: discount) / rewardScale
        case .endless(let discount):
            bestBound = try program.solve(discount: discount, stopping: stopping).bound
            bestReward =
                try best.solve(discount: discount, stopping: stopping).bound / rewardScale
        }
    }

    /// Compares a stationary policy, `[pairs]`.
    ///
    /// - Throws: `DynamicProgrammingError`: it is no law, or leaves the prior.
    public func compare(_ policy: [Double]) throws(DynamicProgrammingError) -> PolicyBound {
        switch span {
        case .steps(let steps, _): return try compare(Array(repeating: policy, count: steps))
        case .endless(let discount):
            let bound = try program.bound(of: policy, discount: discount)
            let reward = try program.rewardProgram.bound(of: policy, discount: discount)
            return result(scaledReward: reward, actionConsistency: reward - bound)
        }
    }

    /// Compares a policy that depends on the step, `[steps][pairs]`.
    ///
    /// - Throws: `DynamicProgrammingError`: it is no law, or leaves the prior.
    public func compare(_ policy: [[Double]]) throws(DynamicProgrammingError) -> PolicyBound {
        if policy.count != span.horizon {
            fail(
                "PolicyComparison.compare",
                "\(policy.count) steps of policy, horizon \(span.horizon.map(String.init) ?? "∞")")
        }
        let terms = try program.terms(of: policy, discount: span.discount)
        return result(
            scaledReward: terms.reward ?? 0, actionConsistency: terms.actionConsistency ?? 0)
    }

    private func result(scaledReward: Double, actionConsistency: Double) -> PolicyBound {
        PolicyBound(
            expectedReward: scaledReward / program.rewardScale,
            actionConsistency: actionConsistency, rewardScale: program.rewardScale,
            logEvidence: logEvidence, bestBound: bestBound, bestReward: bestReward, span: span)
    }
}

/// The bound of a policy, its terms, and what it lacks.
public struct PolicyBound: Sendable, Equatable {
    /// E_q[Σ γ^{t−1} r_t] in reward units.
    public let expectedReward: Double
    /// E_q[Σ γ^{t−1} KL(π(· | s_t) ‖ p(· | s_t))] in nats.
    public let actionConsistency: Double
    /// α.
    public let rewardScale: Double
    /// log p(O) in nats.
    public let logEvidence: Solved<Double>
    /// max_π L(π) in nats.
    public let bestBound: Double
    /// The best expected reward, in reward units.
    public let bestReward: Double
    /// How long it lasts.
    public let span: SolvingSpan

    /// L(π) in nats: scaled expected reward minus action consistency.
    public var bound: Double { rewardScale * expectedReward - actionConsistency }
    /// log p(O) − L(π) = KL(q_π ‖ p(τ | O)) in nats: the price of the true start and dynamics, which
    /// no policy avoids, and the shortfall.
    public var gap: Solved<Double> { logEvidence.map { $0 - bound } }
    /// max L − L(π) in nats.
    public var shortfall: Double { bestBound - bound }
    /// The best expected reward minus the policy's, in reward units.
    public var regret: Double { bestReward - expectedReward }

    /// The terms as a record has them; nil without an end, where there is no number of steps.
    public var terms: Bound<Double>? {
        span.horizon.map { steps in
            Bound(
                reward: rewardScale * expectedReward, actionConsistency: actionConsistency,
                context: .init(
                    scope: .trajectory(steps: steps), source: .exact, discount: span.discount,
                    rewardScale: rewardScale))
        }
    }
}
