import Foundation
import OptimistCore

extension ControlInference {
    /// The most likely trajectory given optimality, and log p(τ, O): the maximum in place of the sum
    /// (Viterbi 1967). Of equals, the first state and action.
    ///
    /// With deterministic dynamics and a uniform prior over equally many actions it is the best plan.
    ///
    /// - Parameter horizon: the number of steps.
    public func mostLikelyTrajectory(
        horizon: Int
    ) throws(ControlInferenceError) -> (trajectory: Trajectory, logJoint: Double) {
        if horizon < 1 { fail("ControlInference.mostLikelyTrajectory", "horizon \(horizon)") }
        var next = Array(repeating: 0.0, count: model.states)
        var (pairs, successors) = ([[Int32]](), [[Int32]]())
        for step in 0..<horizon {
            // The first pass is the last step: its transition has a factor only if it is rewarded.
            let used = step > 0 || model.edgeRewards != nil
            let best = (0..<model.pairs.count).map { bestSuccessor(of: $0, next, used: used) }
            var values = Array(repeating: 0.0, count: model.states)
            var choice = Array(repeating: Int32(-1), count: model.states)
            for state in 0..<model.states where !model.pairs.isTerminal(state) {
                values[state] = -.infinity
                for pair in model.pairs.range(of: state) {
                    let value = logPrior[pair] + best[pair].value
                    if value > values[state] {
                        (values[state], choice[state]) = (value, Int32(pair))
                    }
                }
            }
            pairs.append(choice)
            successors.append(best.map(\.state))
            next = values
        }
        return try follow(pairs, successors, next)
    }

    private func bestSuccessor(
        of pair: Int, _ next: [Double], used: Bool
    ) -> (value: Double, state: Int32) {
        if !used { return (rewardScale * model.rewards[pair], -1) }
        var best = (value: -Double.infinity, state: Int32(-1))
        for position in model.transitions.starts[pair]..<model.transitions.starts[pair + 1] {
            let value = log(model.transitions.values[position]) + term(pair, position, next)
            if value > best.value { best = (value, model.transitions.indices[position]) }
        }
        return best
    }

    private func follow(
        _ pairs: [[Int32]], _ successors: [[Int32]], _ values: [Double]
    ) throws(ControlInferenceError) -> (trajectory: Trajectory, logJoint: Double) {
        var (state, logJoint) = (0, -Double.infinity)
        for (candidate, value) in values.enumerated() {
            let joint = log(model.start[candidate]) + value
            if joint > logJoint { (state, logJoint) = (candidate, joint) }
        }
        if !logJoint.isFinite { throw .noEvidence }
        var result = Trajectory(states: [state], actions: [])
        for step in pairs.indices.reversed() where !model.pairs.isTerminal(state) {
            let pair = Int(pairs[step][state])
            result.actions.append(Int(model.pairs.actionOf[pair]))
            if step == 0 { break }
            state = Int(successors[step][pair])
            result.states.append(state)
        }
        return (result, logJoint)
    }
}
