import Foundation
import OptimistCore
import OptimistLinearAlgebra

/// A control problem of a number of steps for policies with options.
///
/// The posterior over states, options and actions q(s, o, a) keeps the true start and dynamics. The
/// prior p(s, a) q̃(o | s, a) adds to it a normalised reverse model q̃ of the options, which leaves
/// the evidence as it is (auxiliary variables: Agakov and Barber 2004; Ranganath, Tran and Blei
/// 2016, arXiv 1511.02386; Maaløe et al. 2016, arXiv 1602.05473). The bound is then
///
///     L = E_q[Σ_t α r_t − log π(a_t | s_t, o_t) / p(a_t | s_t) − log π(o_t | s_t, o_{t−1})]
///         + E_q[log q̃(o | s, a)]
///       = E_q[α R] − KL(q(s, a) ‖ p(s, a)) − E_q KL(q(o | s, a) ‖ q̃(o | s, a)) ≤ log p(O)
///
/// A deliberation cost η adds −η E_q Σ_t (1 − c(s_t, o_{t−1})), which favours long options.
/// Expectations here visit every trajectory, so the model and the horizon must be small.
public struct OptionProblem: Sendable {
    /// The model.
    public let model: TabularModel
    /// α of the likelihood of optimality exp(α r).
    public let rewardScale: Double
    /// log p(a | s) of each pair.
    public let logPrior: [Double]
    /// T.
    public let horizon: Int
    /// η, what the end of an option costs, in nats.
    public let deliberationCost: Double

    /// A problem.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - rewardScale: α, any finite number from 0.
    ///   - prior: p(a | s).
    ///   - horizon: T, at least 1.
    ///   - deliberationCost: η, in nats.
    /// - Throws: `ActionPriorError`.
    public init(
        _ model: TabularModel, rewardScale: Double = 1, prior: ActionPrior = .uniform,
        horizon: Int, deliberationCost: Double = 0
    ) throws(ActionPriorError) {
        if horizon < 1 || !(rewardScale >= 0 && rewardScale.isFinite)
            || !deliberationCost.isFinite
        {
            fail(
                "OptionProblem",
                "horizon \(horizon), reward scale \(rewardScale), cost \(deliberationCost)")
        }
        self.model = model
        self.rewardScale = rewardScale
        self.horizon = horizon
        self.deliberationCost = deliberationCost
        logPrior = try prior.logWeights(model.pairs)
    }

    /// α r_t along a path, `[steps]`.
    public func scaledRewards(_ path: OptionPath) -> [Double] {
        path.pairs.enumerated().map { t, pair in
            guard let edges = model.edgeRewards else { return rewardScale * model.rewards[pair] }
            let next = t + 1 < path.states.count ? path.states[t + 1] : -1
            guard let position = model.transitions.position(row: pair, column: next) else {
                fail("OptionProblem.scaledRewards", "pair \(pair) does not lead to \(next)")
            }
            return rewardScale * edges[position]
        }
    }

    /// The terms of the bound along a path with its options.
    ///
    /// - Parameters:
    ///   - path: states and pairs.
    ///   - choices: the option of each step.
    ///   - policy: the policy that acts.
    ///   - reverse: log q̃_t of each step.
    public func terms(
        _ path: OptionPath, options choices: [Int], policy: OptionPolicy, reverse: [Double]
    ) -> OptionCredit.Terms {
        let steps = path.pairs.indices
        var rewards = scaledRewards(path)
        for t in steps.dropFirst() where deliberationCost != 0 {
            let row = path.states[t] * policy.options + choices[t - 1]
            rewards[t] -= deliberationCost * exp(policy.logStop[row])
        }
        return OptionCredit.Terms(
            rewards: rewards,
            actions: steps.map {
                policy.logPolicies[choices[$0]][path.pairs[$0]] - logPrior[path.pairs[$0]]
            },
            options: steps.map {
                policy.logProbability(
                    of: choices[$0], state: path.states[$0],
                    previous: $0 == 0 ? nil : choices[$0 - 1])
            },
            reverse: reverse)
    }

    /// Visits every path that a policy can take, in a fixed order.
    ///
    /// - Parameters:
    ///   - policy: the policy.
    ///   - visit: takes the path, the law of options along it, and the log of its dynamics,
    ///     p(s_1) Π p(s_{t+1} | s_t, a_t).
    public func forEachPath(
        _ policy: OptionPolicy,
        _ visit: (_ path: OptionPath, _ filter: OptionFilter, _ logDynamics: Double) -> Void
    ) {
        if policy.pairs != model.pairs {
            fail("OptionProblem.forEachPath", "the policy's pairs are not the model's")
        }
        Enumeration.trajectories(of: model, horizon: horizon) { trajectory in
            let pairs = trajectory.pairs.compactMap { $0 }
            let states = trajectory.states.prefix(pairs.count + 1)
            let path = OptionPath(states: Array(states), pairs: pairs)
            let filter = path.filter(policy)
            if filter.logMarginal[0] > -.infinity { visit(path, filter, trajectory.logDynamics) }
        }
    }

    /// Visits every sequence of options that can go with a path, in a fixed order.
    ///
    /// - Parameters:
    ///   - path: states and pairs.
    ///   - policy: the policy.
    ///   - visit: takes the options and log Π π(o_t | s_t, o_{t−1}) π(a_t | s_t, o_t).
    public func forEachChoice(
        _ path: OptionPath, _ policy: OptionPolicy,
        _ visit: (_ options: [Int], _ logProbability: Double) -> Void
    ) {
        func extend(_ choices: [Int], _ logProbability: Double) {
            let t = choices.count
            if t == path.steps { return visit(choices, logProbability) }
            for option in 0..<policy.options {
                let step =
                    policy.logProbability(
                        of: option, state: path.states[t], previous: choices.last)
                    + policy.logPolicies[option][path.pairs[t]]
                if step > -.infinity { extend(choices + [option], logProbability + step) }
            }
        }
        extend([], 0)
    }
}
