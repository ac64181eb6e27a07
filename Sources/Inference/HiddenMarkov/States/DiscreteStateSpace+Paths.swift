import Foundation
import OptimistCore

/// A sequence of states and the log of its joint probability with the observations, in nats.
public struct StatePath: Sendable, Equatable {
    /// s_0, …, s_{T−1}.
    public var states: [Int]
    /// log p(s_{0:T−1}, x_{0:T−1} | a) in nats.
    public var logProbability: Double
}

extension DiscreteStateSpace {
    /// The most probable path of states (Viterbi, 1967), in the log domain.
    ///
    /// Of equally probable predecessors the lower number wins.
    ///
    /// - Throws: `HiddenMarkovError.impossibleObservation` where no path is possible.
    public func mostProbablePath(
        _ likelihoods: LikelihoodTable, actions: [Int]? = nil
    ) throws -> StatePath {
        let (steps, count) = (likelihoods.stepCount, stateCount)
        if steps == 0 { throw HiddenMarkovError.empty("steps") }
        let tables = try offsets(count: steps - 1, actions: actions)
        let logs = transitions.map { log($0) }
        let values = likelihoods.logLikelihoods
        var score = (0..<count).map { log(initial[$0]) + values[$0] }
        var next = score
        var best = [Int32](repeating: 0, count: steps * count)
        for step in 1..<max(steps, 1) {
            if score.allSatisfy({ $0 == -.infinity }) {
                throw HiddenMarkovError.impossibleObservation(step: step - 1)
            }
            for j in 0..<count {
                var (value, from) = (-Double.infinity, 0)
                for i in 0..<count {
                    let candidate = score[i] + logs[tables[step - 1] + i * count + j]
                    if candidate > value { (value, from) = (candidate, i) }
                }
                best[step * count + j] = Int32(from)
                next[j] = value + values[step * count + j]
            }
            swap(&score, &next)
        }
        let last = (0..<count).reduce(0) { score[$1] > score[$0] ? $1 : $0 }
        if score[last] == -.infinity {
            throw HiddenMarkovError.impossibleObservation(step: steps - 1)
        }
        var path = [Int](repeating: last, count: steps)
        for step in stride(from: steps - 1, to: 0, by: -1) {
            path[step - 1] = Int(best[step * count + path[step]])
        }
        return StatePath(states: path, logProbability: score[last])
    }

    /// A path of states drawn from p(s_{0:T−1} | x_{0:T−1}, a): filtering forward, sampling back.
    public func posteriorPath(
        after pass: FilteredStates, actions: [Int]? = nil, using generator: inout Generator
    ) throws -> [Int] {
        let (steps, count) = (pass.stepCount, stateCount)
        let tables = try offsets(count: steps - 1, actions: actions)
        var path = [Int](repeating: 0, count: steps)
        path[steps - 1] = generator.categorical(pass.belief(at: steps - 1))
        for step in (0..<steps - 1).reversed() {
            var weights = pass.belief(at: step)
            if !pass.resets.contains(step + 1) {
                for i in 0..<count {
                    weights[i] *= transitions[tables[step] + i * count + path[step + 1]]
                }
            }
            path[step] = generator.categorical(weights)
        }
        return path
    }

    /// A path of states drawn from the chain itself.
    public func path(
        steps: Int, actions: [Int]? = nil, using generator: inout Generator
    ) throws -> [Int] {
        if steps < 1 { throw HiddenMarkovError.empty("steps") }
        let tables = try offsets(count: steps - 1, actions: actions)
        var path = [generator.categorical(initial)]
        for step in 0..<steps - 1 {
            let row = tables[step] + path[step] * stateCount
            path.append(generator.categorical(Array(transitions[row..<row + stateCount])))
        }
        return path
    }

    /// Every path of states with its joint log probability, −∞ included: S^T of them, in
    /// lexicographic order. For checking models and algorithms of a handful of steps.
    public func allPaths(_ likelihoods: LikelihoodTable, actions: [Int]? = nil) throws
        -> [StatePath]
    {
        let size = pow(Double(stateCount), Double(likelihoods.stepCount))
        if size > 1e6 { fail("DiscreteStateSpace.allPaths", "\(size) paths are too many to list") }
        let tables = try offsets(count: likelihoods.stepCount - 1, actions: actions)
        var paths = [StatePath(states: [], logProbability: 0)]
        for step in 0..<likelihoods.stepCount {
            paths = paths.flatMap { path in
                (0..<stateCount).map { state in
                    let factor =
                        path.states.last.map {
                            transitions[tables[step - 1] + $0 * stateCount + state]
                        } ?? initial[state]
                    return StatePath(
                        states: path.states + [state],
                        logProbability: path.logProbability + log(factor)
                            + likelihoods[step, state])
                }
            }
        }
        return paths
    }
}
