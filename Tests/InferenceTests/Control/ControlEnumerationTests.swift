import Foundation
import OptimistCore
import OptimistInference
import Testing

/// Messages against every trajectory, one by one.
@Suite struct ControlEnumerationTests {
    @Test(arguments: [1, 2, 3, 4], [false, true])
    func `messages agree with the sum over all trajectories`(horizon: Int, edge: Bool) throws {
        let model = try ModelFixtures.three(edge: edge)
        let posterior = try ControlInference(
            model, rewardScale: 0.8, prior: ModelFixtures.threePrior
        ).infer(horizon: horizon)
        let sums = Sums(model, scale: 0.8, horizon: horizon)
        #expect(abs(posterior.logEvidence - log(sums.total)) < 1e-12)
        #expect(abs(posterior.expectedReturn - sums.reward / sums.total) < 1e-12)
        let marginals = posterior.stateMarginals
        for t in 0..<horizon {
            #expect(distance(marginals[t], sums.states[t].map { $0 / sums.total }) < 1e-12)
            let pairs = sums.pairs[t].map { $0 / sums.total }
            #expect(distance(posterior.pairMarginals(step: t), pairs) < 1e-12)
            let policy = pairs.indices.map { pairs[$0] / marginals[t][model.pairs.state(of: $0)] }
            #expect(distance(posterior.policy[t], policy) < 1e-12)
            if t + 1 == horizon && !edge { continue }
            let moves = sums.moves[t].map { $0 / sums.total }
            #expect(distance(posterior.pairwiseMarginals(step: t), moves) < 1e-12)
        }
    }

    @Test(arguments: [1, 2, 3, 4], [false, true])
    func `the most likely trajectory is the best of all`(horizon: Int, edge: Bool) throws {
        let model = try ModelFixtures.three(edge: edge)
        let inference = try ControlInference(model, prior: ModelFixtures.threePrior)
        let found = try inference.mostLikelyTrajectory(horizon: horizon)
        var best = (states: [Int](), actions: [Int](), logJoint: -Double.infinity)
        Enumeration.trajectories(of: model, horizon: horizon) { path in
            let joint =
                path.logDynamics + path.reward
                + path.logProbability(of: [Sums.prior])
            if joint > best.logJoint + 1e-12 {
                best = (
                    Array(path.states.prefix(horizon)),
                    path.pairs.map { Int(model.pairs.actionOf[$0!]) }, joint
                )
            }
        }
        #expect(abs(found.logJoint - best.logJoint) < 1e-12)
        #expect(found.trajectory == Trajectory(states: best.states, actions: best.actions))
    }

    /// Weighted sums over all trajectories.
    private struct Sums {
        static let prior = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]
        var (total, reward) = (0.0, 0.0)
        var states: [[Double]]
        var pairs: [[Double]]
        var moves: [[Double]]

        init(_ model: TabularModel, scale: Double, horizon: Int) {
            var (total, reward) = (0.0, 0.0)
            func zeros(_ count: Int) -> [[Double]] {
                Array(repeating: Array(repeating: 0, count: count), count: horizon)
            }
            var (states, pairs) = (zeros(model.states), zeros(model.pairs.count))
            var moves = zeros(model.transitions.count)
            Enumeration.trajectories(of: model, horizon: horizon) { path in
                let weight = exp(
                    path.logDynamics + scale * path.reward
                        + path.logProbability(of: [Sums.prior]))
                total += weight
                reward += weight * path.reward
                for t in 0..<horizon {
                    states[t][path.states[t]] += weight
                    guard let pair = path.pairs[t] else { continue }
                    pairs[t][pair] += weight
                    if t + 1 == path.states.count { continue }
                    let row = model.transitions.starts[pair]..<model.transitions.starts[pair + 1]
                    let place = row.first {
                        Int(model.transitions.indices[$0]) == path.states[t + 1]
                    }
                    moves[t][place!] += weight
                }
            }
            (self.total, self.reward) = (total, reward)
            (self.states, self.pairs, self.moves) = (states, pairs, moves)
        }
    }
}
