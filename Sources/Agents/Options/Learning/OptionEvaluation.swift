import Foundation
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistTorch

/// What the present networks make of trajectories, as numbers: the law of options along each, and
/// the values that credits are compared with.
package struct OptionEvaluation {
    package let trajectories: OptionTrajectories
    /// The law of options; its log marginals are log q(a_t | h_t).
    package let filter: OptionFilter
    /// log p(a_t | s_t), `[T, B]`.
    package let logPrior: [Double]
    /// log (1 − c(s_t, o)), `[T, B, K]`.
    let logStop: [Double]
    /// What the critic says in nats, `[T + 1, B, 1 + K (K + 2)]`.
    let values: [Double]
    /// Σ_o π(o | s_T, o_{T−1}) Q̂(s_T, o_{T−1}, o) at each column's end, `[B]`: what goes on there.
    let following: [Double]
    let settings: OptionAgentSettings

    /// K.
    var options: Int { filter.options }
    /// Numbers of the critic in a row.
    var width: Int { 1 + options * (options + 2) }

    /// Evaluates trajectories.
    package init(
        _ trajectories: OptionTrajectories, _ networks: OptionNetworks,
        _ settings: OptionAgentSettings
    ) {
        let (steps, batch, count) = (trajectories.steps, trajectories.batch, networks.options)
        (self.trajectories, self.settings) = (trajectories, settings)
        let flat = trajectories.features.flattened(from: 0, to: 1)
        let laws = networks.laws(flat.slice(axis: 0, 0..<steps * batch))
        let actions = trajectories.actions.flattened(from: 0, to: 1)
        var emissions = laws.heads.logEmissions(actions).doubles()
        for index in 0..<steps * batch where index / batch >= trajectories.lengths[index % batch] {
            for option in 0..<count { emissions[index * count + option] = 0 }
        }
        filter = OptionFilter(
            logTransitions: laws.logTransitions(isFirst: trajectories.isFirst).doubles(),
            logEmissions: emissions, batch: batch, options: count)
        logPrior = settings.prior.logDensity(actions, networks.kind).doubles()
        logStop = laws.logStop.doubles()
        let scale = settings.rewardScale
        let values = networks.critic.predict(flat).squeezed(axis: 0).doubles().map { $0 * scale }
        self.values = values
        following =
            settings.discount < 1
            ? Self.following(trajectories, networks, values)
            : Array(repeating: 0, count: batch)
    }

    private static func following(
        _ trajectories: OptionTrajectories, _ networks: OptionNetworks, _ values: [Double]
    ) -> [Double] {
        let (batch, count) = (trajectories.batch, networks.options)
        let ends = (0..<batch).map { trajectories.lengths[$0] * batch + $0 }
        let laws = networks.laws(
            trajectories.features.flattened(from: 0, to: 1).indexSelect(axis: 0, Tensor(ends)))
        let transitions = laws.logTransitions.doubles()
        let width = 1 + count * (count + 2)
        return (0..<batch).map { column in
            let last = (trajectories.lengths[column] - 1) * batch + column
            let previous = trajectories.options[last]
            return (0..<count).reduce(0) { sum, option in
                let share = exp(transitions[(column * count + previous) * count + option])
                return sum + share * values[ends[column] * width + 1 + previous * count + option]
            }
        }
    }

    /// The place of step t of a column in `[T, B]`.
    func place(_ step: Int, _ column: Int) -> Int { step * trajectories.batch + column }

    /// V(s_t) in nats; step T is the column's last observation.
    func value(_ step: Int, _ column: Int) -> Double { values[place(step, column) * width] }

    /// The row of Q̂ at a step: of the option before, or of the first choice.
    func row(_ step: Int, _ column: Int) -> Int {
        step == 0 ? options : trajectories.options[place(step - 1, column)]
    }

    /// Q̂(s_t, row, o) in nats.
    func optionValue(_ step: Int, _ column: Int, row: Int, option: Int) -> Double {
        values[place(step, column) * width + 1 + row * options + option]
    }

    /// b(s_t, o) in nats.
    func actionValue(_ step: Int, _ column: Int, option: Int) -> Double {
        values[place(step, column) * width + 1 + options * (options + 1) + option]
    }

    /// log π(o | s_t, o_{t−1}) at a step, with the option before as it was.
    func logOption(_ step: Int, _ column: Int, _ option: Int) -> Double {
        let previous = step == 0 ? 0 : trajectories.options[place(step - 1, column)]
        return filter.logTransitions[
            (place(step, column) * options + previous) * options + option]
    }

    /// log π(a_t | s_t, o).
    func logAction(_ step: Int, _ column: Int, _ option: Int) -> Double {
        filter.logEmissions[place(step, column) * options + option]
    }

    /// −η Σ_o f_{t−1}(o) (1 − c(s_t, o)), what deliberation is expected to cost; 0 at a start.
    func deliberation(_ step: Int, _ column: Int) -> Double {
        if step == 0 || settings.deliberationCost == 0 { return 0 }
        return (0..<options).reduce(0) {
            $0 - settings.deliberationCost * exp(logFilter(step - 1, column, $1))
                * stop(step, column, $1)
        }
    }

    /// 1 − c(s_t, o).
    func stop(_ step: Int, _ column: Int, _ option: Int) -> Double {
        exp(logStop[place(step, column) * options + option])
    }

    /// log p(o_t | s_{1:t}, a_{1:t}).
    func logFilter(_ step: Int, _ column: Int, _ option: Int) -> Double {
        filter.logFilter[place(step, column) * options + option]
    }

    /// Whether what follows the last step of a column counts for nothing: the task ended, or it has
    /// no discount, and its time limit is part of it.
    func endsForGood(_ column: Int) -> Bool {
        trajectories.isTerminated[column] || settings.discount == 1
    }
}

extension OptionEvaluation {
    /// log q̃_t of the posterior over options itself, factorised forwards in options, `[T, B]`.
    package var exactFactors: [Double] {
        let messages = filter.logBackward
        let evidence = filter.logMarginal
        var result = Array(repeating: 0.0, count: trajectories.options.count)
        for column in 0..<trajectories.batch {
            for step in 0..<trajectories.lengths[column] {
                let place = place(step, column)
                let option = trajectories.options[place]
                let before =
                    step == 0
                    ? evidence[column]
                    : messages[
                        (place - trajectories.batch) * options
                            + trajectories.options[place - trajectories.batch]]
                result[place] =
                    logOption(step, column, option) + logAction(step, column, option)
                    + messages[place * options + option] - before
            }
        }
        return result
    }

    /// The terms of the bound along one column with the options that were in force.
    ///
    /// - Parameters:
    ///   - column: the column.
    ///   - reverse: log q̃_t, `[T, B]`; nil for the policy's own law.
    package func terms(_ column: Int, reverse: [Double]?) -> OptionCredit.Terms {
        let steps = 0..<trajectories.lengths[column]
        let chosen = steps.map { trajectories.options[place($0, column)] }
        let own = steps.map { logOption($0, column, chosen[$0]) }
        return OptionCredit.Terms(
            rewards: steps.map { step in
                let cost =
                    step == 0 ? 0 : settings.deliberationCost * stop(step, column, chosen[step - 1])
                return settings.rewardScale * trajectories.rewards[place(step, column)] - cost
            },
            actions: steps.map {
                logAction($0, column, chosen[$0]) - logPrior[place($0, column)]
            },
            options: own,
            reverse: reverse.map { factors in steps.map { factors[place($0, column)] } } ?? own)
    }
}
