import Foundation
import OptimistCore
import OptimistInference

/// The gradient of the bound by the log-probabilities along trajectories, as an estimator has it,
/// and what values should be. Entries are those of `OptionFilter`, time first.
package struct OptionCredits {
    /// By log π(o_t | s_t, o_{t−1}), `[T, B, K, K]`.
    package var transitions: [Double]
    /// By log π(a_t | s_t, o_t), `[T, B, K]`.
    package var emissions: [Double]
    /// By log (1 − c(s_t, o)), what deliberation charges beside the law of options, `[T, B, K]`.
    package var stops: [Double]
    /// Which of the critic's numbers are fitted at each step, `[T, B, n]`.
    package private(set) var fitted: [Int]
    /// To what, in nats, `[T, B, n]`.
    package private(set) var targets: [Double]
    /// n.
    let fittedPerStep: Int

    private init(_ evaluation: OptionEvaluation, fitted count: Int) {
        let cells = evaluation.trajectories.options.count
        let options = evaluation.options
        transitions = Array(repeating: 0, count: cells * options * options)
        emissions = Array(repeating: 0, count: cells * options)
        stops = emissions
        fitted = Array(repeating: 0, count: cells * count)
        targets = Array(repeating: 0, count: cells * count)
        fittedPerStep = count
    }

    /// With options summed out: Σ_t ∇ log q(a_t | h_t) A_t, and A_t generalized advantages of
    /// α r − log q(a | h) / p over V(s).
    package init(collapsed evaluation: OptionEvaluation) {
        self.init(evaluation, fitted: 1)
        let (trajectories, settings) = (evaluation.trajectories, evaluation.settings)
        var weights = Array(repeating: 0.0, count: trajectories.options.count)
        for column in 0..<trajectories.batch {
            var later = 0.0
            for step in (0..<trajectories.lengths[column]).reversed() {
                let place = evaluation.place(step, column)
                let isLast = step + 1 == trajectories.lengths[column]
                let next =
                    isLast && evaluation.endsForGood(column)
                    ? 0 : evaluation.value(step + 1, column)
                let value = evaluation.value(step, column)
                let gain =
                    settings.rewardScale * trajectories.rewards[place]
                    - evaluation.filter.logMarginals[place] + evaluation.logPrior[place]
                    + evaluation.deliberation(step, column)
                later =
                    gain + settings.discount * next - value
                    + settings.discount * settings.lambda * later
                weights[place] = later * trajectories.weights[column]
                targets[place] = later + value
            }
        }
        chargeDeliberation(evaluation, weights)
    }

    private mutating func chargeDeliberation(
        _ evaluation: OptionEvaluation, _ weights: [Double]
    ) {
        let (trajectories, cost) = (evaluation.trajectories, evaluation.settings.deliberationCost)
        var byFilter = cost == 0 ? nil : stops
        for column in 0..<trajectories.batch where cost > 0 {
            for step in 0..<trajectories.lengths[column] where step > 0 {
                for option in 0..<evaluation.options {
                    let slope =
                        -cost * trajectories.weights[column]
                        * evaluation.stop(step, column, option)
                    let before = evaluation.place(step - 1, column) * evaluation.options + option
                    byFilter![before] = slope
                    stops[evaluation.place(step, column) * evaluation.options + option] =
                        slope * exp(evaluation.filter.logFilter[before])
                }
            }
        }
        let gradient = evaluation.filter.gradient(weights: weights, filterWeights: byFilter)
        transitions = gradient.logTransitions
        emissions = gradient.logEmissions
    }

    /// With the options that were in force: scores of options and actions, each times what it is
    /// credited with less its baseline.
    ///
    /// - Parameters:
    ///   - evaluation: the trajectories.
    ///   - reverse: log q̃_t, `[T, B]`; nil for the policy's own law.
    ///   - credit: what decisions answer for.
    ///   - enumeratesOptions: whether the option's score is an expectation under Q̂.
    package init(
        sampled evaluation: OptionEvaluation, reverse: [Double]?, credit: OptionCredit,
        enumeratesOptions: Bool
    ) {
        self.init(evaluation, fitted: 2)
        let (trajectories, options) = (evaluation.trajectories, evaluation.options)
        let settings = evaluation.settings
        for column in 0..<trajectories.batch {
            var terms = evaluation.terms(column, reverse: reverse)
            let last = trajectories.lengths[column] - 1
            if !evaluation.endsForGood(column) {
                terms.rewards[last] += settings.discount * evaluation.following[column]
                // What options are worth there answers for factors of the steps before it, too.
                let first = last - min(last, credit.optionReach - 1)
                for step in first..<last + 1 { terms.reverse[step] = 0 }
            }
            let returns = credit.returns(terms, discount: settings.discount)
            let weight = trajectories.weights[column]
            for step in 0...last {
                let place = evaluation.place(step, column)
                let (option, row) = (
                    trajectories.options[place], evaluation.row(step, column)
                )
                emissions[place * options + option] =
                    weight
                    * (returns.actions[step]
                        - evaluation.actionValue(step, column, option: option))
                addOption(
                    evaluation, step, column, weight: weight, credit: returns.options[step],
                    enumerates: enumeratesOptions)
                if step > 0, settings.deliberationCost > 0 {
                    stops[place * options + row] =
                        -weight * settings.deliberationCost * evaluation.stop(step, column, row)
                }
                fitted[2 * place] = 1 + row * options + option
                targets[2 * place] = returns.options[step]
                fitted[2 * place + 1] = 1 + options * (options + 1) + option
                targets[2 * place + 1] = returns.actions[step]
            }
        }
    }

    private mutating func addOption(
        _ evaluation: OptionEvaluation, _ step: Int, _ column: Int, weight: Double,
        credit: Double, enumerates: Bool
    ) {
        let (options, row) = (evaluation.options, evaluation.row(step, column))
        let place = evaluation.place(step, column)
        // Where an episode starts all rows hold the same law: the first stands for them.
        let start = (place * options + (step == 0 ? 0 : row)) * options
        var mean = 0.0
        for option in 0..<options {
            let share = exp(evaluation.logOption(step, column, option))
            let value = evaluation.optionValue(step, column, row: row, option: option)
            mean += share * value
            if enumerates { transitions[start + option] = weight * share * value }
        }
        if !enumerates {
            transitions[start + evaluation.trajectories.options[place]] = weight * (credit - mean)
        }
    }
}
