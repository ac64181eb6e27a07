import Foundation
import OptimistCore
import OptimistOracles
import Testing

@Suite struct TabularAgentPropertyTests {
    private let golden = TabularProblem.golden()

    @Test func `without noise the bound reaches the evidence`() {
        let problem = TabularProblem.deterministic()
        let (bound, evidence) = (problem.solve(.bound).value, problem.solve(.evidence).value)
        #expect(abs(bound - -1.573838) < 5e-7)
        #expect(abs(bound - evidence) < 1e-12)
        #expect(abs(evidence - TabularPaths(of: problem).logEvidence) < 1e-12)
    }

    @Test func `luck of the first state alone opens the gap`() {
        let problem = TabularProblem.deterministic(initial: [0.6, 0.4])
        #expect(abs(problem.solve(.bound).value - -1.131883) < 5e-7)
        #expect(abs(problem.solve(.evidence).value - -0.981865) < 5e-7)
    }

    @Test func `at the filter the bound does not press the model towards the data`() {
        // z = 0, a = 1 came before (x, r) = (1, 0); the parameter is the logit of p_a(x = 1 | z = 0).
        let prior = golden.agent.transition[0][1]
        func terms(_ logit: Double, _ q: [Double]) -> (difference: Double, evidence: Double) {
            var agent = golden.agent
            let probability = 1 / (1 + exp(-logit))
            agent.observation[0] = [1 - probability, probability]
            let likelihood = agent.likelihood(observation: 1, reward: 0)
            let marginal = zip(prior, likelihood).reduce(0) { $0 + $1.0 * $1.1 }
            let consistency = (0..<2).reduce(0) { $0 + q[$1] * log(q[$1] / prior[$1]) }
            let expected = (0..<2).reduce(0) { $0 + q[$1] * log(likelihood[$1]) }
            return (expected - log(marginal) - consistency, expected - consistency)
        }
        let likelihood = golden.agent.likelihood(observation: 1, reward: 0)
        let joint = zip(prior, likelihood).map { $0 * $1 }
        let filter = joint.map { $0 / joint.reduce(0, +) }
        let logit = log(0.25 / 0.75)
        let difference = centralDifference(at: logit) { terms($0, filter).difference }
        let evidence = centralDifference(at: logit) { terms($0, filter).evidence }
        #expect(abs(difference) < 1e-10)
        #expect(abs(evidence - 1.0 / 6) < 1e-10)
        let elsewhere = centralDifference(at: logit) { terms($0, [0.5, 0.5]).difference }
        #expect(abs(elsewhere) > 0.1)
    }

    @Test func `the four terms are the Bayes filter's divergence, rewritten`() {
        for posterior in [golden.solve(.bound).posterior, golden.tempered, golden.blind] {
            let bound = golden.evaluate(posterior)
            let rewritten = bound.informationGain! - bound.stateConsistency!
            #expect(abs(rewritten + filterDivergence(posterior)) < 1e-12)
            #expect(rewritten < 0)
        }
    }

    /// E_q[Σ KL(q(z_t) ‖ p_a(z_t | h_t))], without the information gain.
    private func filterDivergence(_ posterior: TabularPosterior) -> Double {
        func visit(_ departure: TabularDeparture) -> Double {
            golden.arrivals(from: departure).reduce(0) { sum, arrival in
                let factors = posterior[arrival.step, arrival.history]
                let here = zip(factors.state, arrival.filter).reduce(0) {
                    $0 + $1.0 * log($1.0 / $1.1)
                }
                var later = 0.0
                for z in 0..<2 {
                    for a in 0..<2 {
                        let next = golden.departure(from: arrival, state: z, action: a)
                        let weight = factors.state[z] * factors.action[z][a]
                        later += weight * (next.map(visit) ?? 0)
                    }
                }
                return sum + arrival.probability * (here + later)
            }
        }
        return visit(golden.start)
    }

    @Test func `the agent's names for its states do not matter`() {
        var renamed = golden
        renamed.agent.initial.reverse()
        renamed.agent.transition = golden.agent.transition.reversed().map {
            $0.map { $0.reversed() }
        }
        renamed.agent.observation.reverse()
        renamed.agent.reward.reverse()
        renamed.agent.habit.reverse()
        #expect(renamed.agent != golden.agent)
        let (left, right) = (renamed.solve(.bound), golden.solve(.bound))
        #expect(abs(left.value - right.value) < 1e-12)
        let (terms, others) = (renamed.evaluate(left.posterior), golden.evaluate(right.posterior))
        for (term, other) in zip(terms.terms, others.terms) {
            #expect(term.name == other.name && abs(term.value - other.value) < 1e-12)
        }
    }

    @Test func `a constant added to the rewards moves the reward term alone`() {
        var shifted = golden
        shifted.environment.rewards = golden.environment.rewards.map { $0 + 0.5 }
        let (moved, before) = (
            shifted.evaluate(shifted.solve(.bound).posterior),
            golden.evaluate(golden.solve(.bound).posterior)
        )
        #expect(abs(moved.reward! - before.reward! - 3 * 0.5) < 1e-12)
        #expect(abs(moved.informationGain! - before.informationGain!) < 1e-12)
        #expect(abs(moved.stateConsistency! - before.stateConsistency!) < 1e-12)
        #expect(abs(moved.actionConsistency! - before.actionConsistency!) < 1e-12)
    }

    @Test func `without reward the posterior is filter and habit`() {
        let indifferent = TabularProblem.golden(rewardScale: 0)
        let solution = indifferent.solve(.bound)
        #expect(abs(solution.value) < 1e-12)
        let bound = indifferent.evaluate(solution.posterior)
        #expect(abs(bound.actionConsistency!) < 1e-12)
        #expect(abs(bound.informationGain! - bound.stateConsistency!) < 1e-12)
    }

    @Test func `with a large reward scale the bound tends to the best expected reward`() {
        for (scale, expected) in [(50.0, -1.555314), (200, -1.540120)] {
            let value = TabularProblem.golden(rewardScale: scale).solve(.bound).value / scale
            #expect(abs(value - expected) < 5e-7)
        }
        let limit = bestExpectedReward(golden.start)
        #expect(abs(limit - -1.534947) < 5e-7)
        let value = TabularProblem.golden(rewardScale: 1e6).solve(.bound).value / 1e6
        #expect(abs(value - limit) < 1e-5)
    }

    /// Dynamic programming over the environment's belief: the limit without any prior.
    private func bestExpectedReward(_ departure: TabularDeparture) -> Double {
        golden.arrivals(from: departure).reduce(0) { sum, arrival in
            let next = (0..<2).map { action in
                golden.departure(from: arrival, state: 0, action: action)
                    .map(bestExpectedReward) ?? 0
            }
            let reward = golden.logOptimality(reward: arrival.reward)
            return sum + arrival.probability * (reward + next.max()!)
        }
    }
}
