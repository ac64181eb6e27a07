import OptimistCore
import OptimistLinearAlgebra

extension SoftDynamicProgramming {
    /// The policy, free at each step, at which a form of the gradient vanishes, `[horizon][pairs]`.
    ///
    /// For `.full` it is that of the best bound. With local entropies each step weighs its actions by
    /// what they earn alone, π_t ∝ p exp Q^π_t, so states where one must be choosy to earn, and pays
    /// for it in divergence, look better than they are: the bound of this policy falls short.
    ///
    /// - Parameters:
    ///   - form: which gradient.
    ///   - horizon: the number of steps, at least 1.
    ///   - discount: γ between steps.
    /// - Throws: `DynamicProgrammingError.notFinite`.
    public func gradientFixedPoint(
        of form: PolicyGradientForm, horizon: Int, discount: Double = 1
    ) throws(DynamicProgrammingError) -> [[Double]] {
        if form == .full || objective == .hard {
            return try solve(horizon: horizon, discount: discount).policy
        }
        if horizon < 1 {
            fail("SoftDynamicProgramming.gradientFixedPoint", "horizon \(horizon)")
        }
        let (bellman, rewards) = (bellman(discount), scaledRewards)
        var next = Array(repeating: 0.0, count: pairs.states)
        var policies: [[Double]] = []
        for _ in 0..<horizon {
            let q = bellman.actionValues(next, base: rewards)
            let law = policy(logits: zip(logPrior, q).map { $0 + $1 })
            for state in 0..<pairs.states {
                next[state] = pairs.range(of: state).reduce(0) { $0 + law[$1] * q[$1] }
            }
            policies.append(law)
        }
        if !next.allSatisfy(\.isFinite) { throw .notFinite }
        return policies.reversed()
    }

    /// The stationary policy of the best bound over a number of steps, by its logits, found by
    /// quasi-Newton steps with exact gradients: what a policy that knows no time can reach.
    ///
    /// The bound is not concave in the logits; the result is a local optimum near the start.
    ///
    /// - Parameters:
    ///   - logits: where to begin, `[pairs]`.
    ///   - horizon: the number of steps, at least 1.
    ///   - minimizer: how it is searched.
    /// - Returns: where the search stopped; `value` and `gradient` are those of −L.
    /// - Throws: `DynamicProgrammingError`.
    public func stationaryOptimum(
        from logits: [Double], horizon: Int, minimizer: LBFGSMinimizer = .init()
    ) throws(DynamicProgrammingError) -> LBFGSMinimizer.Result {
        do {
            return try minimizer.minimize(from: logits) { point, gradient in
                let law = Array(repeating: policy(logits: point), count: horizon)
                gradient = try self.gradient(logits: point, horizon: horizon).map { -$0 }
                return -(try bound(of: law))
            }
        } catch let error as DynamicProgrammingError {
            throw error
        } catch {
            fail("SoftDynamicProgramming.stationaryOptimum", "\(error)")
        }
    }
}
