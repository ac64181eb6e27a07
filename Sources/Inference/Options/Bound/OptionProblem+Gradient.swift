import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// How the gradient of an option bound is estimated.
public enum OptionEstimator: String, SettingValue, CaseIterable {
    /// Options are summed out by the filter: the score of log q(a_t | h_t) meets the reward-to-go
    /// of α r − log q(a | h) / p. The gradient of the bound with the exact reverse model, without
    /// one.
    case collapsed
    /// Scores of sampled options and actions meet what each is credited with.
    case reinforce
    /// As `reinforce`, but the option's score is an expectation over all options under learned
    /// values of options.
    case enumerateOption
}

extension OptionProblem {
    /// The gradient of the bound by the log-probabilities of a policy, as an estimator has it in
    /// expectation.
    ///
    /// - Parameters:
    ///   - policy: the policy.
    ///   - estimator: the estimator.
    ///   - reverse: the reverse model, held fixed; `collapsed` uses none and has the exact one's.
    ///   - credit: what decisions answer for; the rule of the reverse model's form unless given.
    public func gradient(
        of policy: OptionPolicy, estimator: OptionEstimator, reverse: ReverseModel,
        credit: OptionCredit? = nil
    ) -> OptionScores {
        if estimator == .collapsed { return collapsedGradient(of: policy) }
        let credit = credit ?? OptionCredit(reverse.form)
        var scores = OptionScores(policy)
        var visits = OptionScores(policy)
        forEachPath(policy) { path, _, logDynamics in
            let factors = reverse.logFactors(path)
            let ones = Array(repeating: 1.0, count: path.steps)
            forEachChoice(path, policy) { choices, logProbability in
                let terms = terms(
                    path, options: choices, policy: policy, reverse: factors(choices))
                let weight = exp(logDynamics + logProbability)
                scores.add(
                    path, options: choices, returns: credit.returns(terms), weight: weight)
                addDeliberation(path, choices, policy, weight: weight, to: &scores)
                visits.add(
                    path, options: choices, returns: .init(options: ones, actions: ones),
                    weight: weight)
            }
        }
        if estimator == .enumerateOption {
            let values = OptionValues(scores, visits: visits, policy: policy)
            scores.transitions = Array(repeating: 0, count: scores.transitions.count)
            scores.first = Array(repeating: 0, count: scores.first.count)
            for (row, count) in visits.rows(policy.options).enumerated() {
                values.addScore(row: row, policy: policy, weight: count, to: &scores)
            }
        }
        return scores
    }

    /// E Σ_t ∇ log q(a_t | h_t) Σ_{k ≥ t} (α r_k − log q(a_k | h_k) / p(a_k | s_k)).
    private func collapsedGradient(of policy: OptionPolicy) -> OptionScores {
        var scores = OptionScores(policy)
        forEachPath(policy) { path, filter, logDynamics in
            var returns = scaledRewards(path)
            let costs = deliberation(path, filter, policy)
            var later = 0.0
            for t in returns.indices.reversed() {
                later += returns[t] - filter.logMarginals[t] + logPrior[path.pairs[t]]
                later += costs?.gains[t] ?? 0
                returns[t] = later
            }
            let weight = exp(logDynamics + filter.logMarginal[0])
            scores.add(
                path,
                gradient: filter.gradient(weights: returns, filterWeights: costs?.byFilter),
                weight: weight)
            costs?.add(path, filter, weight: weight, to: &scores)
        }
        return scores
    }

    /// Raises the bound from given logits by quasi-Newton steps on its exact gradient.
    ///
    /// - Parameters:
    ///   - logits: where to start; equal options stay equal.
    ///   - form: the reverse model, the best of its form at every step.
    ///   - minimizer: how to go up.
    /// - Returns: the best logits and their bound.
    public func maximize(
        from logits: OptionLogits, reverse form: ReverseForm = .exact,
        minimizer: LBFGSMinimizer = LBFGSMinimizer()
    ) -> (logits: OptionLogits, bound: OptionBound) {
        var current = logits
        let result = minimizer.minimize(from: logits.values) { point, gradient in
            current.values = point
            let policy = current.policy
            let reverse = ReverseModel(form, of: policy, in: self)
            let scores = self.gradient(
                of: policy, estimator: form == .exact ? .collapsed : .reinforce,
                reverse: reverse)
            gradient = current.gradient(scores, policy: policy).map { -$0 }
            return -bound(of: policy, reverse: reverse).value
        }
        current.values = result.point
        return (current, bound(of: current.policy, reverse: form))
    }
}
