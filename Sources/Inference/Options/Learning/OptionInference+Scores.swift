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
    /// with less its baseline, and then moves the baselines.
    mutating func addSampled(
        _ episode: Episode, _ policy: OptionPolicy, to scores: inout OptionScores
    ) {
        let (path, choices) = (episode.path, episode.choices)
        let form = configuration.reverse.form
        let reverse = ReverseModel(form, of: policy, in: problem)
        let terms = problem.terms(
            path, options: choices, policy: policy, reverse: reverse.logFactors(path)(choices))
        let factors = discountFactors(choices.count)
        problem.addDeliberation(path, choices, policy, factors: factors, to: &scores)
        let returns = OptionCredit(form).returns(terms, discount: configuration.discount)
        var centered = returns
        for (t, option) in choices.enumerated() {
            let (state, previous) = (path.states[t], t == 0 ? nil : choices[t - 1])
            let row = optionValues.row(state: state, previous: previous)
            let mean = actionBaselines[state * policy.options + option]
            centered.actions[t] = factors[t] * (returns.actions[t] - mean)
            if configuration.estimator == .enumerateOption {
                // The expectation over options leaves the sample nothing to say.
                optionValues.addScore(row: row, policy: policy, weight: factors[t], to: &scores)
                centered.options[t] = 0
            } else {
                let law = policy.law(state: state, previous: previous)
                let baseline = optionValues.mean(row: row, law: law)
                centered.options[t] = factors[t] * (returns.options[t] - baseline)
            }
        }
        scores.add(path, options: choices, returns: centered)
        moveBaselines(path, choices, returns)
    }

    private mutating func moveBaselines(
        _ path: OptionPath, _ choices: [Int], _ returns: OptionCredit.Returns
    ) {
        let rate = configuration.baselineRate
        for (t, option) in choices.enumerated() {
            let state = path.states[t]
            let row = optionValues.row(
                state: state, previous: t == 0 ? nil : choices[t - 1])
            optionValues.move(option, row: row, to: returns.options[t], rate: rate)
            let index = state * configuration.options + option
            actionBaselines[index] += rate * (returns.actions[t] - actionBaselines[index])
        }
    }
}
