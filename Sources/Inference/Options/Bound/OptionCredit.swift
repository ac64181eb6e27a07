import Foundation
import OptimistCore

/// Which later, and earlier, terms of the bound each decision answers for.
///
/// A decision changes every term of its own and later steps, and every factor of the reverse model
/// whose target or condition holds a variable chosen at or after it, so also factors of *earlier*
/// steps. A reward-to-go that leaves those out is silently biased.
public struct OptionCredit: Sendable, Equatable {
    /// An option answers for factors from so many steps before its own; `.max` for all.
    public var optionReach: Int
    /// An action answers for factors from so many steps before its own; `.max` for all.
    public var actionReach: Int

    /// A rule with its parts.
    public init(optionReach: Int, actionReach: Int) {
        self.optionReach = optionReach
        self.actionReach = actionReach
    }

    /// The rule that a form of reverse model asks for.
    public init(_ form: ReverseForm) {
        switch form {
        case .exact, .backward: self.init(optionReach: .max, actionReach: .max)
        // q̃_t looks at o_{t+1} and at actions up to a_t.
        case .forward: self.init(optionReach: 1, actionReach: 0)
        case .window(let reach, _): self.init(optionReach: reach, actionReach: reach)
        // q̃_t knows nothing of a_t: an action answers for what comes after it.
        case .state, .uniform, .none: self.init(optionReach: 0, actionReach: -1)
        }
    }

    /// The terms of the bound along one trajectory, each `[steps]`, in nats.
    public struct Terms: Sendable, Equatable {
        /// α r_t, less what deliberation costs.
        public var rewards: [Double]
        /// log π(a_t | s_t, o_t) / p(a_t | s_t), a cost.
        public var actions: [Double]
        /// log π(o_t | s_t, o_{t−1}), a cost.
        public var options: [Double]
        /// log q̃_t of the reverse model.
        public var reverse: [Double]

        /// Terms of one trajectory.
        public init(
            rewards: [Double], actions: [Double], options: [Double], reverse: [Double]
        ) {
            let counts = [actions.count, options.count, reverse.count]
            if counts.contains(where: { $0 != rewards.count }) {
                fail("OptionCredit.Terms", "\(rewards.count) rewards, \(counts) other terms")
            }
            (self.rewards, self.actions) = (rewards, actions)
            (self.options, self.reverse) = (options, reverse)
        }

        /// The trajectory's bound.
        public var total: Double {
            rewards.indices.reduce(0) {
                $0 + rewards[$1] - actions[$1] - options[$1] + reverse[$1]
            }
        }
    }

    /// What the decisions of each step are credited with, each `[steps]`, in nats.
    public struct Returns: Sendable, Equatable {
        /// The credit of o_t.
        public var options: [Double]
        /// The credit of a_t; the cost of o_t, which came before it, is left out.
        public var actions: [Double]
    }

    /// The credit of every decision.
    ///
    /// - Parameters:
    ///   - terms: the terms of the bound along one trajectory.
    ///   - discount: γ; terms of step k count γ^{k − t} for a decision of step t, also those of
    ///     steps before it, so a rule that reaches far back asks for γ = 1.
    public func returns(_ terms: Terms, discount: Double = 1) -> Returns {
        var result = Returns(options: terms.rewards, actions: terms.rewards)
        // Sums of the reverse model's factors from each step on.
        var reverse = terms.reverse + [0]
        for t in terms.reverse.indices.reversed() { reverse[t] += discount * reverse[t + 1] }
        func factors(_ step: Int, _ reach: Int) -> Double {
            let reach = min(reach, step)
            return reverse[step - reach] * (discount == 1 ? 1 : pow(discount, -Double(reach)))
        }
        var later = 0.0
        for t in terms.rewards.indices.reversed() {
            let own = terms.rewards[t] - terms.actions[t] + discount * later
            result.actions[t] = own + factors(t, actionReach)
            later = own - terms.options[t]
            result.options[t] = later + factors(t, optionReach)
        }
        return result
    }
}
