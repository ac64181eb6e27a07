import Foundation
import OptimistCore

/// Every trajectory and every policy of a small model, one by one: the checks of last resort.
public enum Enumeration {
    /// A trajectory with its weights.
    public struct WeightedTrajectory: Sendable {
        /// The states s_1…s_T, and s_{T+1} where rewards depend on the successor.
        public var states: [Int]
        /// The pair (s_t, a_t) of each step; nil once in a terminal state.
        public var pairs: [Int?]
        /// log p(s_1) Π p(s_{t+1} | s_t, a_t): start and dynamics without any policy.
        public var logDynamics: Double
        /// Σ r_t in reward units.
        public var reward: Double

        /// log Π law_t(a_t | s_t) of a policy or prior, `[steps][pairs]` or one `[pairs]` for all.
        public func logProbability(of law: [[Double]]) -> Double {
            pairs.enumerated().reduce(0) { sum, step in
                guard let pair = step.element else { return sum }
                return sum + log(law[min(step.offset, law.count - 1)][pair])
            }
        }
    }

    /// Visits every trajectory of positive probability under some policy, in a fixed order.
    ///
    /// - Parameters:
    ///   - model: a small model: there are up to (states · actions)^horizon of them.
    ///   - horizon: the number of steps.
    ///   - visit: takes each of them.
    public static func trajectories(
        of model: TabularModel, horizon: Int, _ visit: (WeightedTrajectory) -> Void
    ) {
        func extend(_ path: WeightedTrajectory) {
            let (state, step) = (path.states[path.states.count - 1], path.pairs.count)
            if step == horizon { return visit(path) }
            if model.pairs.isTerminal(state) {
                var stayed = path
                stayed.pairs.append(nil)
                if stayed.states.count < horizon { stayed.states.append(state) }
                return extend(stayed)
            }
            for pair in model.pairs.range(of: state) {
                var taken = path
                taken.pairs.append(pair)
                if step + 1 == horizon && model.edgeRewards == nil {
                    taken.reward += model.rewards[pair]
                    extend(taken)
                    continue
                }
                let starts = model.transitions.starts
                for position in starts[pair]..<starts[pair + 1]
                where model.transitions.values[position] > 0 {
                    var moved = taken
                    moved.states.append(Int(model.transitions.indices[position]))
                    moved.logDynamics += log(model.transitions.values[position])
                    moved.reward += model.edgeRewards?[position] ?? model.rewards[pair]
                    extend(moved)
                }
            }
        }
        for state in 0..<model.states where model.start[state] > 0 {
            extend(
                WeightedTrajectory(
                    states: [state], pairs: [], logDynamics: log(model.start[state]), reward: 0))
        }
    }

    /// Visits every deterministic stationary policy as a law over pairs, in a fixed order.
    public static func policies(of pairs: StateActionPairs, _ visit: ([Double]) -> Void) {
        func extend(_ law: [Double], _ state: Int) {
            if state == pairs.states { return visit(law) }
            if pairs.isTerminal(state) { return extend(law, state + 1) }
            for pair in pairs.range(of: state) {
                var next = law
                next[pair] = 1
                extend(next, state + 1)
            }
        }
        extend(Array(repeating: 0, count: pairs.count), 0)
    }
}
