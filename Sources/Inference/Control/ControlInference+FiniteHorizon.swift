import Foundation
import OptimistCore
import OptimistLinearAlgebra

extension ControlInference {
    /// The posterior over trajectories of a number of steps, by backward and forward messages.
    ///
    /// - Parameter horizon: T, at least 1. Rewards come at steps 1…T; transitions are used T − 1
    ///   times, or T times where the reward depends on the successor.
    /// - Throws: `ControlInferenceError.noEvidence`.
    public func infer(horizon: Int) throws(ControlInferenceError) -> ControlPosterior {
        if horizon < 1 { fail("ControlInference.infer", "horizon \(horizon)") }
        var (messages, pairMessages) = ([[Double]](), [[Double]]())
        var policy = messages
        var next = Array(repeating: 0.0, count: model.states)
        for _ in 0..<horizon {
            let pairs = self.pairMessages(next)
            let states = stateMessages(pairs)
            pairMessages.append(pairs)
            messages.append(states.messages)
            policy.append(states.policy)
            next = states.messages
        }
        let start = try start(next)
        var forward = [model.start.map { log($0) }]
        for _ in 1..<horizon { forward.append(self.forward(forward[forward.count - 1])) }
        return ControlPosterior(
            inference: self, logEvidence: start.logEvidence, start: start.law,
            stateMessages: messages.reversed(), pairMessages: pairMessages.reversed(),
            forwardMessages: forward, policy: policy.reversed())
    }

    /// la_{t+1}(s′) = log Σ p(a | s) p(s′ | s, a) exp(la_t(s) + α r), exact at any range of messages.
    func forward(_ messages: [Double]) -> [Double] {
        let (pairs, transitions) = (model.pairs, model.transitions)
        var largest = Array(repeating: -Double.infinity, count: model.states)
        var sums = Array(repeating: 0.0, count: model.states)
        func each(_ body: (_ next: Int, _ probability: Double, _ logWeight: Double) -> Void) {
            for state in 0..<model.states where messages[state] > -.infinity {
                if pairs.isTerminal(state) { body(state, 1, messages[state]) }
                for pair in pairs.range(of: state) where logPrior[pair] > -.infinity {
                    let weight = messages[state] + logPrior[pair]
                    for position in transitions.starts[pair]..<transitions.starts[pair + 1]
                    where transitions.values[position] > 0 {
                        let reward = model.edgeRewards?[position] ?? model.rewards[pair]
                        body(
                            Int(transitions.indices[position]), transitions.values[position],
                            weight + rewardScale * reward)
                    }
                }
            }
        }
        each { next, _, weight in largest[next] = max(largest[next], weight) }
        each { next, probability, weight in
            sums[next] += probability * exp(weight - largest[next])
        }
        return zip(largest, sums).map { $1 == 0 ? -.infinity : $0 + log($1) }
    }
}
