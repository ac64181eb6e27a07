import Foundation
import OptimistCore

extension OptionInference {
    /// Adds Σ_t γ^{t−1} A_t ∇ log q(a_t | h_t), with advantages over V(s), and moves V.
    mutating func addCollapsed(
        _ episode: Episode, _ policy: OptionPolicy, to scores: inout OptionScores
    ) {
        let filter = episode.path.filter(policy)
        let (states, discount) = (episode.path.states, configuration.discount)
        var costs = problem.deliberation(episode.path, filter, policy)
        var advantages = episode.rewards
        var later = 0.0
        for (t, pair) in episode.path.pairs.enumerated().reversed() {
            let isLast = t + 1 == advantages.count
            // A bound of so many steps ends there; one without an end is only cut off.
            let isWorthless = isLast && (!episode.isTruncated || discount == 1)
            let next = isWorthless ? 0 : values[states[t + 1]]
            let gain =
                episode.rewards[t] - filter.logMarginals[t] + problem.logPrior[pair]
                + (costs?.gains[t] ?? 0)
            later =
                gain + discount * next - values[states[t]]
                + discount * configuration.traceDecay * later
            advantages[t] = later
        }
        let factors = discountFactors(advantages.count)
        for t in advantages.indices {
            values[states[t]] += configuration.baselineRate * advantages[t]
            advantages[t] *= factors[t]
        }
        costs?.scale(factors)
        scores.add(
            episode.path,
            gradient: filter.gradient(weights: advantages, filterWeights: costs?.byFilter))
        costs?.add(episode.path, filter, to: &scores)
    }

    /// γ^{t−1}, `[steps]`.
    private func discountFactors(_ steps: Int) -> [Double] {
        var factor = 1.0
        return (0..<steps).map { _ in
            defer { factor *= configuration.discount }
            return factor
        }
    }

    /// Adds the scores of the options and actions that were sampled, each times what it is credited
    /// with less its baseline, and moves the baselines.
    mutating func addSampled(
        _ episode: Episode, _ policy: OptionPolicy, to scores: inout OptionScores
    ) {
        let (path, choices) = (episode.path, episode.choices)
        let form: ReverseForm =
            switch configuration.reverse {
            case .backward: .backward
            case .forward: .forward
            case .none: .none
            }
        let reverse = ReverseModel(form, of: policy, in: problem)
        var terms = problem.terms(
            path, options: choices, policy: policy, reverse: reverse.logFactors(path)(choices))
        let factors = discountFactors(choices.count)
        terms.scale(factors)
        problem.addDeliberation(path, choices, policy, factors: factors, to: &scores)
        var returns = OptionCredit(form).returns(terms)
        for (t, option) in choices.enumerated() {
            let (state, rate, factor) = (path.states[t], configuration.baselineRate, factors[t])
            let previous = t == 0 ? nil : choices[t - 1]
            let row = optionValues.row(state: state, previous: previous)
            let law = policy.law(state: state, previous: previous)
            let baseline = optionValues.mean(row: row, law: law)
            if configuration.estimator == .enumerateOption {
                optionValues.addScore(row: row, policy: policy, weight: factor, to: &scores)
            }
            optionValues.move(option, row: row, to: returns.options[t] / factor, rate: rate)
            // With its expectation already added, the sample has nothing left to say.
            returns.options[t] =
                configuration.estimator == .enumerateOption
                ? 0 : returns.options[t] - factor * baseline
            let index = state * policy.options + option
            let mean = actionBaselines[index]
            actionBaselines[index] += rate * (returns.actions[t] / factor - mean)
            returns.actions[t] -= factor * mean
        }
        scores.add(path, options: choices, returns: returns)
    }
}

extension OptionCredit.Terms {
    /// Multiplies the terms of step t by a factor of its own.
    mutating func scale(_ factors: [Double]) {
        for t in rewards.indices {
            rewards[t] *= factors[t]
            actions[t] *= factors[t]
            options[t] *= factors[t]
            reverse[t] *= factors[t]
        }
    }
}
