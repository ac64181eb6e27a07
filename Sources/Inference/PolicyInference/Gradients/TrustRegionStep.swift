import OptimistCore
import OptimistLinearAlgebra

/// How far a natural gradient step goes and how it is checked (Schulman et al. 2015, arXiv
/// 1502.05477).
public struct TrustRegion: Sendable, Equatable {
    /// δ, the most that the mean over steps of KL(old ‖ new) may be, in nats.
    public var maximumDivergence: Double
    /// A step that is refused is shortened by this.
    public var shrinkage: Double
    /// How often at most; 0 takes the full step as it is, which is the natural policy gradient.
    public var attempts: Int

    /// A trust region; ten attempts, each 0.8 of the one before, unless said otherwise.
    public init(maximumDivergence: Double, shrinkage: Double = 0.8, attempts: Int = 10) {
        if !(maximumDivergence > 0) || !(0..<1).contains(shrinkage) || attempts < 0 {
            fail(
                "TrustRegion",
                "maximumDivergence \(maximumDivergence), shrinkage \(shrinkage), \(attempts) attempts"
            )
        }
        self.maximumDivergence = maximumDivergence
        self.shrinkage = shrinkage
        self.attempts = attempts
    }
}

/// An exact trust-region step. Lists have one row for logits that all steps share, else one a step.
public struct TrustRegionStep: Sendable, Equatable {
    /// The full step s = √(2 δ / xᵀ F x) x with x = F⁺ g, F the mean over steps.
    public let fullStep: [[Double]]
    /// ½ sᵀ F s of the full step: δ, or 0 where the gradient is.
    public let quadraticDivergence: Double
    /// What of the full step was taken; 0 if all attempts were refused.
    public let fraction: Double
    /// The logits after it.
    public let logits: [[Double]]
    /// The mean over steps of KL(old ‖ new), under the old law of states, in nats.
    public let divergence: Double
    /// The mean over steps of E_old[π_new / π_old · A], in reward units.
    public let improvement: Double
}

extension SoftDynamicProgramming {
    /// The step of most improvement in expected reward within a trust region, for logits that all
    /// steps share: state laws, advantages and Fisher matrix exact.
    ///
    /// - Parameters:
    ///   - logits: θ, `[pairs]`.
    ///   - horizon: the number of steps.
    ///   - region: how far it may go.
    /// - Throws: `DynamicProgrammingError`.
    public func trustRegionStep(
        from logits: [Double], horizon: Int, region: TrustRegion
    ) throws(DynamicProgrammingError) -> TrustRegionStep {
        let steps = try surrogates(Array(repeating: logits, count: horizon))
        var shared = steps[0]
        for step in steps.dropFirst() {
            add(step.visits, times: 1, to: &shared.visits)
            add(step.advantages, times: 1, to: &shared.advantages)
        }
        return step(from: [logits], [shared], region)
    }

    /// The same for logits of each step, `[steps][pairs]`.
    public func trustRegionStep(
        from logits: [[Double]], region: TrustRegion
    ) throws(DynamicProgrammingError) -> TrustRegionStep {
        step(from: logits, try surrogates(logits), region)
    }

    /// What one row of logits is responsible for.
    private struct Surrogate {
        var policy: [Double]
        /// p(s_t = s) over the number of steps, summed over the steps of the row.
        var visits: [Double]
        /// visits(s) A(s, a), likewise; its sum with π_new is the surrogate.
        var advantages: [Double]
    }

    private func surrogates(
        _ logits: [[Double]]
    ) throws(DynamicProgrammingError) -> [Surrogate] {
        let policies = logits.map { policy(logits: $0) }
        let program = rewardProgram
        let values = try program.evaluate(policies)
        let actionValues = try program.actionValues(of: policies)
        let marginals = try stateMarginals(policies)
        let share = 1 / Double(policies.count)
        return policies.indices.map { t in
            var advantages = actionValues[t]
            for state in 0..<pairs.states {
                for pair in pairs.range(of: state) {
                    advantages[pair] =
                        share * marginals[t][state] * (actionValues[t][pair] - values[t][state])
                }
            }
            return Surrogate(
                policy: policies[t], visits: marginals[t].map { share * $0 },
                advantages: advantages)
        }
    }

    private func step(
        from logits: [[Double]], _ rows: [Surrogate], _ region: TrustRegion
    ) -> TrustRegionStep {
        let fishers = rows.map { SoftmaxFisher(pairs, policy: $0.policy, visits: $0.visits) }
        // The gradient by a logit is π(a | s) visits(s) A(s, a): mean advantages are zero.
        let gradients = rows.map { row in zip(row.policy, row.advantages).map { $0 * $1 } }
        var full = zip(fishers, gradients).map { $0.naturalGradient($1) }
        let slope = zip(full, gradients).reduce(0) { $0 + dot($1.0, $1.1) }
        let length = slope > 0 ? (2 * region.maximumDivergence / slope).squareRoot() : 0
        full = full.map { $0.map { length * $0 } }
        let quadratic = zip(fishers, full).reduce(0) { $0 + dot($1.1, $1.0.product($1.1)) / 2 }
        var fraction = slope > 0 ? 1.0 : 0
        for _ in 0..<max(region.attempts, 1) {
            let moved = zip(logits, full).map { zip($0, $1).map { $0 + fraction * $1 } }
            let policies = moved.map { policy(logits: $0) }
            let divergence = zip(fishers, policies).reduce(0) { $0 + $1.0.divergence(to: $1.1) }
            let improvement = zip(rows, policies).reduce(0) { $0 + dot($1.0.advantages, $1.1) }
            let isAccepted = improvement > 0 && divergence <= region.maximumDivergence
            if isAccepted || region.attempts == 0 {
                return TrustRegionStep(
                    fullStep: full, quadraticDivergence: quadratic, fraction: fraction,
                    logits: moved, divergence: divergence, improvement: improvement)
            }
            fraction *= region.shrinkage
        }
        return TrustRegionStep(
            fullStep: full, quadraticDivergence: quadratic, fraction: 0, logits: logits,
            divergence: 0, improvement: 0)
    }
}
