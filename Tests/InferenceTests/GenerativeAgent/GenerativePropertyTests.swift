import Foundation
import OptimistCore
import OptimistInference
import OptimistOracles
import Testing

@Suite struct GenerativePropertyTests {
    private typealias Tables = GenerativeProblem.GoldenTables

    @Test func `without noise the bound reaches the evidence`() throws {
        let problem = try Tables.deterministic().problem()
        let (bound, evidence) = (
            try problem.solve(.bound).value, try problem.solve(.evidence).value
        )
        #expect(abs(bound - -1.573838) < 5e-7)
        #expect(abs(bound - evidence) < 1e-12)
        #expect(abs(evidence - GenerativePaths(of: problem).logEvidence) < 1e-12)
    }

    @Test func `luck of the first state alone opens the gap`() throws {
        let problem = try Tables.deterministic(start: [0.6, 0.4]).problem()
        #expect(abs(try problem.solve(.bound).value - -1.131883) < 5e-7)
        #expect(abs(try problem.solve(.evidence).value - -0.981865) < 5e-7)
    }

    @Test func `the four terms are the Bayes filter's divergence, rewritten`() throws {
        let golden = try GenerativeProblem.golden()
        for posterior in [try golden.solve(.bound).posterior, golden.tempered, golden.blind] {
            let bound = try golden.evaluate(posterior).total
            let rewritten = bound.informationGain! - bound.stateConsistency!
            // KL(q(z) ‖ filter) along all paths, without the information gain.
            let divergence =
                GenerativePaths(of: golden).paths.isEmpty
                ? 0 : filterDivergence(golden, posterior)
            #expect(abs(rewritten + divergence) < 1e-12)
            #expect(rewritten < 0)
        }
    }

    /// E_q[Σ KL(q(z_t) ‖ p_a(z_t | h_t))] by recursion over histories.
    private func filterDivergence(
        _ problem: GenerativeProblem, _ posterior: GenerativePosterior
    ) -> Double {
        let model = problem.agent.model
        func visit(_ path: [GenerativeStep], _ belief: [Double]?) -> Double {
            if path.count == problem.horizon { return 0 }
            var sum = 0.0
            for x in 0..<2 {
                for r in 0..<2 {
                    let arrival = x * 2 + r
                    let (outer, inner) =
                        path.last.map { last in
                            (
                                problem.environment.joint(belief: belief!, last.action, arrival),
                                model.joint(last.state, last.action, arrival)
                            )
                        } ?? (problem.environment.firstJoint(arrival), model.firstJoint(arrival))
                    let (probability, marginal) = (outer.reduce(0, +), inner.reduce(0, +))
                    let factors = problem.factors(
                        of: posterior, after: path, observation: x, reward: r)!
                    for z in 0..<2 {
                        var here = log(factors.state[z] / (inner[z] / marginal))
                        for a in 0..<2 {
                            let step = GenerativeStep(
                                observation: x, reward: r, state: z, action: a)
                            here +=
                                factors.action[z][a]
                                * visit(path + [step], outer.map { $0 / probability })
                        }
                        sum += probability * factors.state[z] * here
                    }
                }
            }
            return sum
        }
        return visit([], nil)
    }

    @Test func `at the filter the bound does not press the model towards the data`() throws {
        // z = 0, a = 1 came before (x, r) = (1, 0); the parameter is the logit of p_a(x = 1 | z = 0).
        func terms(_ logit: Double, _ q: [Double]) throws -> (bound: Double, evidence: Double) {
            var tables = Tables()
            let probability = 1 / (1 + exp(-logit))
            tables.agentObservation[0] = [1 - probability, probability]
            let model = try tables.agent().model
            let joint = model.joint(0, 1, 2)
            let prior = (0..<2).map { model.transition(0, 1, to: $0) }
            let consistency = (0..<2).reduce(0) { $0 + q[$1] * log(q[$1] / prior[$1]) }
            let expected = (0..<2).reduce(0) { $0 + q[$1] * log(joint[$1] / prior[$1]) }
            return (expected - log(joint[0] + joint[1]) - consistency, expected - consistency)
        }
        let joint = try Tables().agent().model.joint(0, 1, 2)
        let filter = joint.map { $0 / (joint[0] + joint[1]) }
        let logit = log(0.25 / 0.75)
        let bound = try centralDifference(at: logit) { try terms($0, filter).bound }
        let evidence = try centralDifference(at: logit) { try terms($0, filter).evidence }
        #expect(abs(bound) < 1e-10)
        #expect(abs(evidence - 1.0 / 6) < 1e-10)
        let elsewhere = try centralDifference(at: logit) { try terms($0, [0.5, 0.5]).bound }
        #expect(abs(elsewhere) > 0.1)
    }

    @Test func `the agent's names for its states do not matter`() throws {
        var renamed = Tables()
        renamed.agentStart.reverse()
        renamed.agentTransition = renamed.agentTransition.reversed().map {
            $0.map { $0.reversed() }
        }
        renamed.agentObservation.reverse()
        renamed.agentReward.reverse()
        renamed.habit = [0.7, 0.3, 0.4, 0.6]
        let (left, right) = (try renamed.problem(), try GenerativeProblem.golden())
        let (first, second) = (try left.solve(.bound), try right.solve(.bound))
        #expect(abs(first.value - second.value) < 1e-12)
        let terms = try left.evaluate(first.posterior).total.terms
        for (term, other) in zip(terms, try right.evaluate(second.posterior).total.terms) {
            #expect(term.name == other.name && abs(term.value - other.value) < 1e-12)
        }
    }

    @Test func `a constant added to the rewards moves the reward term alone`() throws {
        var shifted = Tables()
        shifted.rewards = [0.5, 1.5]
        let (problem, golden) = (try shifted.problem(), try GenerativeProblem.golden())
        let moved = try problem.evaluate(problem.solve(.bound).posterior).total
        let before = try golden.evaluate(golden.solve(.bound).posterior).total
        #expect(abs(moved.reward! - before.reward! - 3 * 0.5) < 1e-12)
        #expect(abs(moved.informationGain! - before.informationGain!) < 1e-12)
        #expect(abs(moved.stateConsistency! - before.stateConsistency!) < 1e-12)
        #expect(abs(moved.actionConsistency! - before.actionConsistency!) < 1e-12)
    }

    @Test func `without reward the posterior is filter and habit`() throws {
        let problem = try GenerativeProblem.golden(scale: 0)
        let solution = try problem.solve(.bound)
        #expect(abs(solution.value) < 1e-12)
        let bound = try problem.evaluate(solution.posterior).total
        #expect(abs(bound.actionConsistency!) < 1e-12)
        #expect(abs(bound.informationGain! - bound.stateConsistency!) < 1e-12)
    }

    @Test func `with a large reward scale the bound tends to the best expected reward`() throws {
        for (scale, expected) in [(50.0, -1.555314), (200, -1.540120)] {
            let value = try GenerativeProblem.golden(scale: scale).solve(.bound).value / scale
            #expect(abs(value - expected) < 5e-7)
        }
        let limit = try bestExpectedReward(.golden(), belief: nil, action: 0, step: 0)
        #expect(abs(limit - -1.534947) < 5e-7)
        let value = try GenerativeProblem.golden(scale: 1e6).solve(.bound).value / 1e6
        #expect(abs(value - limit) < 1e-5)
    }

    @Test func `with a large reward scale the evidence tends to the best luck`() throws {
        for (scale, expected) in [(50.0, -0.05119), (200, -0.01280)] {
            let problem = try GenerativeProblem.golden(scale: scale)
            let value = try problem.solve(.evidence).value / scale
            #expect(abs(value - expected) < 5e-6)
            #expect(abs(value - GenerativePaths(of: problem).logEvidence / scale) < 1e-12)
        }
        // Three rewards of 1 may come by chance, whatever is done.
        #expect(abs(try GenerativeProblem.golden(scale: 1e6).solve(.evidence).value / 1e6) < 1e-5)
    }

    /// Dynamic programming over the environment's belief: the limit without any prior.
    private func bestExpectedReward(
        _ problem: GenerativeProblem, belief: [Double]?, action: Int, step: Int
    ) -> Double {
        if step == problem.horizon { return 0 }
        return (0..<4).reduce(0) { sum, arrival in
            let joint =
                belief.map { problem.environment.joint(belief: $0, action, arrival) }
                ?? problem.environment.firstJoint(arrival)
            let probability = joint.reduce(0, +)
            let next = (0..<2).map {
                bestExpectedReward(
                    problem, belief: joint.map { $0 / probability }, action: $0, step: step + 1)
            }
            return sum + probability * (problem.logOptimality(arrival: arrival) + next.max()!)
        }
    }

    @Test func `a smaller marginal weight pays for what the model foresees`() throws {
        let golden = try GenerativeProblem.golden()
        let evaluation = try golden.evaluate(golden.tempered, marginalWeight: 0.25)
        let whole = try golden.evaluate(golden.tempered)
        let difference = evaluation.total.total! - whole.total.total!
        #expect(abs(difference - 0.75 * whole.logMarginal) < 1e-12)
        // Probabilities, not densities: the bound only falls.
        #expect(difference < 0)
        let (value, posterior) = try golden.solve(.bound, marginalWeight: 0.25)
        let reached = try golden.evaluate(posterior, marginalWeight: 0.25).total.total!
        #expect(abs(value - reached) < 1e-12)
        for other in [golden.habitual, golden.tempered, try golden.solve(.bound).posterior] {
            #expect(try golden.evaluate(other, marginalWeight: 0.25).total.total! < value)
        }
    }

    @Test func `a discount is an episode that may end`() throws {
        let discount = 0.8
        let problem = try Tables().problem(discount: discount)
        let (value, posterior) = try problem.solve(.bound)
        #expect(abs(try problem.evaluate(posterior).total.total! - value) < 1e-12)
        // The same by horizons: after each action the episode ends with probability 1 − γ, so that
        // steps after the first count γ^{t−1}.
        let plain = try Tables().problem()
        let steps = try plain.evaluate(plain.tempered).steps
        let weighted = try problem.evaluate(problem.tempered).steps
        for (t, step) in weighted.enumerated() {
            let arrivals = pow(discount, Double(max(t - 1, 0)))
            #expect(abs(step.reward! - arrivals * steps[t].reward!) < 1e-12)
            let actions = pow(discount, Double(t))
            #expect(
                abs(step.actionConsistency! - actions * steps[t].actionConsistency!) < 1e-12)
        }
        #expect(try problem.solve(.evidence).value > value)
    }

    @Test func `equal beliefs are one, and too many are refused`() throws {
        // Seen fully, there are no more beliefs than states, however long the horizon.
        let long = try Tables.deterministic(start: [0.6, 0.4]).problem(horizon: 60)
        #expect(try long.solve(.bound).value < long.solve(.evidence).value)
        let tables = Tables()
        #expect(throws: GenerativeAgentError.tooManyBeliefs(limit: 500, step: 4)) {
            try GenerativeProblem(
                environment: EmittingProcess(
                    initial: tables.start, transition: tables.transition,
                    observation: tables.observation, reward: tables.reward),
                agent: tables.agent(), rewards: [0, 1], horizon: 5, beliefLimit: 500)
        }
    }

    @Test func `what the agent holds for impossible is named`() throws {
        var tables = Tables()
        tables.agentObservation = [[1, 0], [1, 0]]
        let problem = try tables.problem()
        let expected = GenerativeAgentError.impossibleArrival(step: 1, observation: 1, reward: 0)
        #expect(throws: expected) { try problem.solve(.bound) }
        #expect(throws: expected) { try problem.evaluate(problem.blind) }
    }

    @Test func `tables that are no laws are refused by name`() throws {
        var tables = Tables()
        tables.reward[1] = [0.3, 0.6]
        #expect(throws: GenerativeAgentError.self) { try tables.problem() }
        tables = Tables()
        tables.habit = [0.4, 0.6, 0.7, 0.2]
        let habit = GenerativeAgentError.notALaw(table: "habit", row: 1, sum: 0.7 + 0.2)
        #expect(throws: habit) { try tables.problem() }
        tables = Tables()
        tables.observation = [[0.85, 0.15]]
        let size = GenerativeAgentError.wrongSize(table: "observation", count: 1, expected: 2)
        #expect(throws: size) { try tables.problem() }
    }
}
