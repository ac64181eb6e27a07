import Foundation
import OptimistCore

/// The terms of the bound with options along trajectories, one number for each step that happened,
/// in nats, and what the options did.
package struct OptionTerms {
    /// How the reverse model enters.
    enum Reverse {
        /// It is the posterior over options itself: nothing is lost.
        case summedOut
        /// log q̃_t of the options that were in force, `[T, B]`; nil for the policy's own law.
        case factors([Double]?)
        /// Options were relaxed: log π(a_t | s_t, õ_t), log q̃_t − log π(õ_t | …) where there is a
        /// reverse model, and what deliberation cost, all `[T, B]`.
        case relaxed(actions: [Double], gains: [Double]?, stops: [Double])
    }

    /// α r_t.
    package private(set) var rewards: [Double] = []
    /// log q(a_t | h_t) / p(a_t | s_t), or with relaxed options log π(a_t | s_t, õ_t) / p.
    package private(set) var actionCosts: [Double] = []
    /// What an imperfect reverse model takes off: log q̃_t less the step's part of
    /// log q(o | s, a), whose mean over a trajectory is −KL(q(o | s, a) ‖ q̃(o | s, a)).
    package private(set) var reverseGains: [Double] = []
    /// −η (1 − c).
    package private(set) var deliberation: [Double] = []
    /// What the action told of the option: Σ_o f_t(o) log π(a_t | s_t, o) − log q(a_t | h_t).
    package private(set) var information: [Double] = []
    /// Σ γ^t of the bound's terms of each column.
    package private(set) var discounted: [Double] = []
    /// Whether the option was another one than before; starts are left out.
    private var switches: [Double] = []
    private var uses: [Double]
    private let settings: OptionAgentSettings
    private let isRelaxed: Bool

    init(_ evaluation: OptionEvaluation, reverse: Reverse) {
        settings = evaluation.settings
        uses = Array(repeating: 0, count: evaluation.options)
        if case .relaxed = reverse { isRelaxed = true } else { isRelaxed = false }
        let trajectories = evaluation.trajectories
        for column in 0..<trajectories.batch {
            var (sum, factor) = (0.0, 1.0)
            for step in 0..<trajectories.lengths[column] {
                add(evaluation, reverse, step, column)
                let last = rewards.count - 1
                sum +=
                    factor
                    * (rewards[last] - actionCosts[last] + reverseGains[last] + deliberation[last])
                factor *= settings.discount
            }
            discounted.append(sum)
        }
    }

    private mutating func add(
        _ evaluation: OptionEvaluation, _ reverse: Reverse, _ step: Int, _ column: Int
    ) {
        let trajectories = evaluation.trajectories
        let place = evaluation.place(step, column)
        let option = trajectories.options[place]
        let (marginal, prior) = (
            evaluation.filter.logMarginals[place], evaluation.logPrior[place]
        )
        rewards.append(settings.rewardScale * trajectories.rewards[place])
        uses[option] += 1
        if step > 0 {
            switches.append(trajectories.options[place - trajectories.batch] == option ? 0 : 1)
        }
        let own = evaluation.logOption(step, column, option)
        switch reverse {
        case .relaxed(let actions, let gains, let stops):
            actionCosts.append(actions[place] - prior)
            reverseGains.append(gains?[place] ?? 0)
            deliberation.append(-stops[place])
            return
        case .summedOut: reverseGains.append(0)
        case .factors(let factors):
            let joint = own + evaluation.logAction(step, column, option) - marginal
            reverseGains.append((factors?[place] ?? own) - joint)
        }
        actionCosts.append(marginal - prior)
        deliberation.append(evaluation.deliberation(step, column))
        information.append(
            (0..<evaluation.options).reduce(-marginal) {
                $0 + exp(evaluation.logFilter(step, column, $1))
                    * evaluation.logAction(step, column, $1)
            })
    }

    /// The bound, per step.
    package var bound: Bound<Double> {
        var extras = [
            (name: isRelaxed ? "options" : "reverseModel", value: Estimate(of: reverseGains))
        ]
        if settings.deliberationCost > 0 {
            extras.append(("deliberation", Estimate(of: deliberation)))
        }
        return .perStep(
            rewards.count, source: .rollout, rewardScale: settings.rewardScale,
            reward: Estimate(of: rewards), actionConsistency: Estimate(of: actionCosts),
            extras: extras)
    }

    /// The discounted bound of an episode, and what the options did: how much actions tell of them,
    /// how long they last, how evenly they are used (the entropy in nats).
    var metrics: [Metric] {
        let steps = uses.reduce(0, +)
        let entropy = uses.reduce(0) { $0 - ($1 > 0 ? $1 / steps * log($1 / steps) : 0) }
        let starts = Double(rewards.count - switches.count)
        let told =
            information.isEmpty
            ? [] : [Metric("options.information", Estimate(of: information).mean)]
        let total = Estimate(of: discounted)
        return told + [
            Metric("bound.discounted", total.mean),
            Metric("options.length", steps / (starts + switches.reduce(0, +))),
            Metric("options.entropy", entropy),
        ]
    }
}
