import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// What exact posteriors of decision problems promise beyond their decimals: terms, limits, ends.
@Suite struct ControlLimitTests {
    private let table = [0.5, 0.5, 0.25, 0.75, 0.6, 0.4]

    /// L = E[Σ α r] − KL of the start − KL of the dynamics − KL of the actions, gap 0.
    @Test(arguments: [false, true])
    func `the evidence is the bound of the posterior, term by term`(edge: Bool) throws {
        let model = try ModelFixtures.three(edge: edge)
        let (scale, horizon) = (1.3, 4)
        let posterior = try ControlInference(
            model, rewardScale: scale, prior: ModelFixtures.threePrior
        ).infer(horizon: horizon)
        func divergence(_ left: [Double], _ right: [Double]) -> Double {
            zip(left, right).reduce(0) { $1.0 > 0 ? $0 + $1.0 * log($1.0 / $1.1) : $0 }
        }
        let start = divergence(posterior.start, model.start)
        var (dynamics, actions) = (0.0, 0.0)
        for t in 0..<horizon {
            let pairs = posterior.pairMarginals(step: t)
            let marginal = posterior.stateMarginals[t]
            for state in 0..<3 {
                let range = Array(model.pairs.range(of: state))
                actions +=
                    marginal[state]
                    * divergence(range.map { posterior.policy[t][$0] }, range.map { table[$0] })
            }
            // The last transition has a factor only where it is rewarded.
            if t + 1 == horizon && !edge { continue }
            for pair in 0..<model.pairs.count {
                let (low, high) = (
                    model.transitions.starts[pair], model.transitions.starts[pair + 1]
                )
                let law = Array(model.transitions.values[low..<high])
                dynamics +=
                    pairs[pair]
                    * divergence(posterior.tiltedDynamics(step: t, pair: pair), law)
            }
        }
        let bound = scale * posterior.expectedReturn - start - dynamics - actions
        #expect(abs(bound - posterior.logEvidence) < 1e-12)
        #expect(start > 1e-4 && dynamics > 1e-4 && actions > 1e-4)
    }

    @Test func `large scales look at the best case, not at the best policy`() throws {
        let lottery = try ModelFixtures.lottery()
        let posterior = try ControlInference(lottery, rewardScale: 1000).infer(horizon: 2)
        #expect(abs(posterior.logEvidence - log(0.25)) < 1e-12)
        // The gamble's best case is 0; hard dynamic programming gives the sure −1.
        #expect(abs(posterior.stateMessages[0][0] / 1000) < 2e-3)
        let hard = try SoftDynamicProgramming(lottery, objective: .hard).solve(horizon: 2)
        #expect(abs(hard.values[0][0] + 1) < 1e-15)

        let model = try ModelFixtures.three()
        let (scale, horizon) = (1e6, 5)
        let exact = try ControlInference(
            model, rewardScale: scale, prior: ModelFixtures.threePrior
        ).infer(horizon: horizon)
        var best = [0.0, 0, 0]
        for _ in 0..<horizon {
            best = (0..<3).map { state in
                model.pairs.range(of: state).map { pair in
                    var top = -Double.infinity
                    model.transitions.forEachInRow(pair) { next, _ in top = max(top, best[next]) }
                    return model.rewards[pair] + top
                }.max()!
            }
        }
        // Logarithms of priors and probabilities over 1e6 are what is left.
        #expect(distance(exact.stateMessages[0].map { $0 / scale }, best) < 2e-5)
    }

    @Test func `a backup scores a gamble above its mean unless there is no gamble`() throws {
        let scale = 1.7
        let model = try ModelFixtures.three()
        let posterior = try ControlInference(
            model, rewardScale: scale, prior: ModelFixtures.threePrior
        ).infer(horizon: 4)
        for t in 0..<4 {
            for pair in 0..<model.pairs.count {
                var mean = scale * model.rewards[pair]
                if t < 3 {
                    model.transitions.forEachInRow(pair) {
                        mean += $1 * posterior.stateMessages[t + 1][$0]
                    }
                }
                let excess = posterior.pairMessages[t][pair] - mean
                #expect(t < 3 ? excess > 1e-6 : abs(excess) < 1e-15)
            }
        }
    }

    @Test func `a random start alone separates evidence and bound`() throws {
        // Moves are certain: per start both agree, over starts they differ by Jensen's gap.
        let base = try ModelFixtures.certain(from: 0)
        let start = [0.1, 0.2, 0.3, 0.4]
        let model = try TabularModel(
            pairs: base.pairs, transitions: base.transitions, rewards: .perPair(base.rewards),
            start: start)
        let posterior = try ControlInference(model, rewardScale: 1.3).infer(horizon: 6)
        let program = try SoftDynamicProgramming(model, rewardScale: 1.3)
        let values = try program.solve(horizon: 6).values[0].map { 1.3 * $0 }
        let expected = log(dot(start, values.map { exp($0) })) - dot(start, values)
        let gap = posterior.logEvidence - (try program.solve(horizon: 6).bound)
        #expect(abs(gap - expected) < 1e-12)
        #expect(gap > 1e-3)
    }

    @Test func `the discounted bound is that of random lengths left at their prior`() throws {
        let model = try ModelFixtures.three()
        let program = try SoftDynamicProgramming(model, prior: ModelFixtures.threePrior)
        let evidence = try ControlInference(model, prior: ModelFixtures.threePrior)
            .infer(discount: 0.9).logEvidence
        let policies = [
            table, program.policy(logits: [0.4, -1, 0, 2, -0.3, 0.3]),
            try program.solve(discount: 0.9).policy,
        ]
        for policy in policies {
            var series = 0.0
            for length in 1...400 {
                let weight = 0.1 * pow(0.9, Double(length - 1))
                series += try weight * program.bound(of: Array(repeating: policy, count: length))
            }
            let discounted = try program.bound(of: policy, discount: 0.9)
            #expect(abs(discounted - series) < 1e-12)
            #expect(discounted < evidence)
        }
    }

    @Test func `the long run's messages are the Perron vector of the limit`() throws {
        let model = try ModelFixtures.three()
        let inference = try ControlInference(model, prior: ModelFixtures.threePrior)
        let found = try inference.inferLongRun()
        let (first, second) = (
            try inference.infer(horizon: 300), try inference.infer(horizon: 301)
        )
        let rate = second.logEvidence - first.logEvidence
        #expect(abs(rate - found.logEvidencePerStep) < 1e-9)
        #expect(abs(first.logEvidence / 300 - rate) < 0.01)
        #expect(distance(second.policy[0], found.policy) < 1e-9)
        // M β = λ β, whatever the scale of β.
        let beta = found.stateMessages.map { exp($0) }
        for state in 0..<3 {
            var sum = 0.0
            for pair in model.pairs.range(of: state) {
                model.transitions.forEachInRow(pair) {
                    sum += table[pair] * exp(model.rewards[pair]) * $1 * beta[$0]
                }
            }
            #expect(abs(sum / beta[state] / exp(rate) - 1) < 1e-9)
        }
    }

    /// Two ends, states with one, two and three actions.
    private func ended() throws -> TabularModel {
        let entries = [
            (0, 0, 1, 0.4, -0.3), (0, 0, 3, 0.6, -0.3), (0, 1, 2, 1, 0.5), (1, 0, 0, 0.5, -1),
            (1, 0, 4, 0.5, -1), (2, 0, 0, 0.2, 0), (2, 0, 2, 0.8, 0), (2, 1, 4, 1, -0.7),
            (2, 2, 1, 0.3, 0.2), (2, 2, 3, 0.7, 0.2),
        ]
        return try TabularModel(
            states: 5, actions: 3,
            entries: entries.map {
                Transition(state: $0.0, action: $0.1, next: $0.2, probability: $0.3, reward: $0.4)
            }, start: [0.5, 0.2, 0.2, 0.05, 0.05])
    }

    @Test(arguments: 1...5)
    func `several ends need no special care`(horizon: Int) throws {
        let model = try ended()
        let inference = try ControlInference(model, rewardScale: 1.2)
        let posterior = try inference.infer(horizon: horizon)
        let prior = inference.logPrior.map { exp($0) }
        var (total, returns) = (0.0, 0.0)
        var first = Array(repeating: 0.0, count: 5)
        Enumeration.trajectories(of: model, horizon: horizon) { path in
            let weight = exp(
                path.logDynamics + 1.2 * path.reward + path.logProbability(of: [prior]))
            total += weight
            returns += weight * path.reward
            first[path.states[0]] += weight
        }
        #expect(abs(posterior.logEvidence - log(total)) < 1e-12)
        #expect(abs(posterior.expectedReturn - returns / total) < 1e-12)
        #expect(distance(posterior.start, first.map { $0 / total }) < 1e-12)
        for messages in posterior.stateMessages {
            #expect(messages[3] == 0 && messages[4] == 0)
        }
        let discounted = try inference.infer(discount: 0.9)
        #expect(abs(discounted.stateMessages[3]) < 1e-12)
    }

    @Test func `where moves are certain the likeliest trajectory is the best plan`() throws {
        let model = try ModelFixtures.certain(from: 2)
        let found = try ControlInference(model, rewardScale: 2).mostLikelyTrajectory(horizon: 6)
        var best = (actions: [Int](), reward: -Double.infinity)
        for code in 0..<729 {
            var (state, rest, reward, actions) = (2, code, 0.0, [Int]())
            for _ in 0..<6 {
                let action = rest % 3
                rest /= 3
                reward += model.rewards[model.pairs.pair(state: state, action: action)!]
                state = (state * 2 + action) % 4
                actions.append(action)
            }
            if reward > best.reward + 1e-12 { best = (actions, reward) }
        }
        var reached = 0.0
        for (state, action) in zip(found.trajectory.states, found.trajectory.actions) {
            reached += model.rewards[model.pairs.pair(state: state, action: action)!]
        }
        #expect(abs(reached - best.reward) < 1e-12)
        #expect(abs(found.logJoint - (2 * best.reward - 6 * log(3))) < 1e-12)
    }
}
