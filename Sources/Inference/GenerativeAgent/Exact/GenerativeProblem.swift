import Foundation
import OptimistCore

/// A partially observed environment, a generative agent in it, and optimality over a finite
/// horizon (Marino and Yue 2019): the joint
///
///     Π p_e(s_t, x_t, r_t | …) p_a(z_t | …) p_a(a_t | z_t) p(O_t = 1 | r_t)
///
/// with log p(O = 1 | r) = rewardScale · (r − rewardOffset). The environment is what it is, and is
/// never inferred; the agent's state z and its actions are. Everything here is exact.
///
/// A reward counts at every step, the first one included unless `countsFirstReward` is false, as
/// where rewards are paid for actions. With a discount γ an episode goes on
/// after each action with probability γ, in expectation: the action at step t and what arrives at
/// step t + 1 share the weight γ^{t−1}.
public struct GenerativeProblem: Sendable {
    /// The environment, never part of the posterior.
    public let environment: EmittingProcess
    /// The agent's model and habit.
    public private(set) var agent: GenerativeAgentTables
    /// What the indices of rewards stand for, in reward units.
    public let rewards: [Double]
    /// T, the number of steps.
    public let horizon: Int
    /// Nats per unit of reward.
    public let rewardScale: Double
    /// What is subtracted from a reward before scaling.
    public let rewardOffset: Double
    /// γ in 0…1.
    public let discount: Double
    /// Whether what arrives first brings a reward.
    public let countsFirstReward: Bool
    /// What can happen, without the agent.
    let reachable: ReachableBeliefs

    /// A problem; enumerates the environment's beliefs.
    ///
    /// - Parameters:
    ///   - environment: what happens.
    ///   - agent: who acts; it sees the environment's observations and rewards, and has its actions.
    ///   - rewards: in reward units, one an index.
    ///   - horizon: T, at least 1.
    ///   - rewardScale: nats per unit of reward, at least 0.
    ///   - rewardOffset: subtracted from rewards.
    ///   - discount: γ in 0…1.
    ///   - countsFirstReward: whether what arrives first brings a reward; false where rewards are
    ///     paid for actions, so that the reward of the first arrival has no meaning.
    ///   - beliefLimit: how many beliefs are kept at most, all steps together.
    /// - Throws: `GenerativeAgentError`.
    public init(
        environment: EmittingProcess, agent: GenerativeAgentTables, rewards: [Double],
        horizon: Int, rewardScale: Double = 1, rewardOffset: Double = 0, discount: Double = 1,
        countsFirstReward: Bool = true, beliefLimit: Int = 200_000
    ) throws(GenerativeAgentError) {
        let model = agent.model
        for (what, left, right) in [
            ("actions", environment.actionCount, model.actionCount),
            ("observations", environment.observationCount, model.observationCount),
            ("rewards", environment.rewardCount, model.rewardCount),
            ("rewards", environment.rewardCount, rewards.count),
        ] where left != right {
            throw .mismatch(what: what, environment: left, agent: right)
        }
        if horizon < 1 {
            throw .outOfRange(name: "horizon", value: Double(horizon), expected: "at least 1")
        }
        if !(rewardScale >= 0 && rewardScale.isFinite) {
            throw .outOfRange(name: "rewardScale", value: rewardScale, expected: "at least 0")
        }
        if !(0...1).contains(discount) {
            throw .outOfRange(name: "discount", value: discount, expected: "between 0 and 1")
        }
        self.environment = environment
        self.agent = agent
        self.rewards = rewards
        self.horizon = horizon
        self.rewardScale = rewardScale
        self.rewardOffset = rewardOffset
        self.discount = discount
        self.countsFirstReward = countsFirstReward
        reachable = try ReachableBeliefs(of: environment, horizon: horizon, limit: beliefLimit)
    }

    /// The same problem for an agent with another habit, `[Z, A]`.
    ///
    /// - Throws: `GenerativeAgentError`.
    public func with(habit: [Double]) throws(GenerativeAgentError) -> GenerativeProblem {
        var changed = self
        changed.agent = try agent.with(habit: habit)
        return changed
    }

    /// The number of probabilities in the tables of a posterior, 8 bytes each.
    public var posteriorSize: Int {
        reachable.steps.enumerated().reduce(0) { sum, step in
            let laws = step.element.arrivals.count * priorStates(step.offset)
            return sum + agent.stateCount
                * (laws + step.element.beliefs.count * agent.actionCount)
        }
    }

    /// log p(O = 1 | r) of what arrives, in nats.
    public func logOptimality(arrival: Int) -> Double {
        rewardScale * (rewards[arrival % rewards.count] - rewardOffset)
    }

    /// Whether the rewards of a step count.
    func countsReward(at step: Int) -> Bool { step > 0 || countsFirstReward }

    /// The number of the agent's states before a step: one, the empty one, before the first.
    func priorStates(_ step: Int) -> Int { step == 0 ? 1 : agent.stateCount }

    /// p_a(z, e | z₋, a₋), `[Z]`: the agent's prior times its likelihood, at any step.
    func agentJoint(_ arrival: ReachableBeliefs.Arrival, from state: Int) -> [Double] {
        arrival.source < 0
            ? agent.model.firstJoint(arrival.arrival)
            : agent.model.joint(state, arrival.action, arrival.arrival)
    }

    /// p_a(z | z₋, a₋), `[Z]`.
    func agentPrior(_ arrival: ReachableBeliefs.Arrival, from state: Int) -> [Double] {
        if arrival.source < 0 { return agent.model.initial }
        return (0..<agent.stateCount).map {
            agent.model.transition(state, arrival.action, to: $0)
        }
    }
}
