import Foundation
import OptimistCore

/// A step of a path as the agent lives it.
public struct GenerativeStep: Sendable, Hashable {
    /// The observation that arrived.
    public var observation: Int
    /// The reward that arrived, as an index.
    public var reward: Int
    /// The agent's state.
    public var state: Int
    /// What it did.
    public var action: Int

    /// A step.
    public init(observation: Int, reward: Int, state: Int, action: Int) {
        self.observation = observation
        self.reward = reward
        self.state = state
        self.action = action
    }
}

extension GenerativeProblem {
    /// log Π q(z_t | h_t) q(a_t | h_t, z_t) of a path, or of a path's beginning; −∞ where the
    /// environment cannot show it.
    public func logProbability(
        of path: [GenerativeStep], under posterior: GenerativePosterior
    ) -> Double {
        var (node, previous, sum) = (0, GenerativeStep?.none, 0.0)
        for (t, step) in path.enumerated() {
            guard let index = arrivalIndex(step, at: t, node: node, after: previous) else {
                return -.infinity
            }
            node = reachable.steps[t].arrivals[index].target
            let law = stateLaw(posterior, step: t, arrival: index, from: previous?.state ?? 0)
            sum += log(law[step.state])
            sum += log(
                actionLaw(posterior, step: t, belief: node, state: step.state)[step.action])
            previous = step
        }
        return sum
    }

    /// q(z_t | h_t), `[Z]`, and q(a_t | h_t, z_t), `[Z][A]`, after a path's beginning and what
    /// arrives then; nil where the environment cannot show it.
    public func factors(
        of posterior: GenerativePosterior, after path: [GenerativeStep], observation: Int,
        reward: Int
    ) -> (state: [Double], action: [[Double]])? {
        var (node, previous) = (0, GenerativeStep?.none)
        let last = GenerativeStep(observation: observation, reward: reward, state: 0, action: 0)
        for (t, step) in (path + [last]).enumerated() {
            guard let index = arrivalIndex(step, at: t, node: node, after: previous) else {
                return nil
            }
            node = reachable.steps[t].arrivals[index].target
            if t == path.count {
                let law = stateLaw(posterior, step: t, arrival: index, from: previous?.state ?? 0)
                let actions = (0..<agent.stateCount).map {
                    actionLaw(posterior, step: t, belief: node, state: $0)
                }
                return (law, actions)
            }
            previous = step
        }
        return nil
    }

    /// The number of what arrives at a step after a node and the step before.
    private func arrivalIndex(
        _ step: GenerativeStep, at t: Int, node: Int, after previous: GenerativeStep?
    ) -> Int? {
        let here = reachable.steps[t]
        let range =
            previous.map { here.arrivals(after: node, $0.action, of: agent.actionCount) }
            ?? here.arrivals.indices
        let arrival = step.observation * rewards.count + step.reward
        return range.first { here.arrivals[$0].arrival == arrival }
    }
}
