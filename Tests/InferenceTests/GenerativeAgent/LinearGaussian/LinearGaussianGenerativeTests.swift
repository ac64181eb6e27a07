import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// The generative agent in closed form, where everything is linear and Gaussian.
@Suite struct LinearGaussianGenerativeTests {
    typealias Memory = LinearGaussianGenerativeProblem.Memory

    private func values(_ bound: Bound<Double>) -> [Double] { bound.terms.map(\.value) }

    /// A posterior with every factor moved away.
    private func moved(
        _ posterior: LinearGaussianGenerativePosterior, by shift: Double
    ) -> LinearGaussianGenerativePosterior {
        var moved = posterior
        for step in moved.states.indices {
            moved.states[step].matrix *= 1 + shift
            moved.states[step].noise *= 1 - shift
            moved.actions[step].offset = moved.actions[step].offset.map { $0 + shift }
        }
        return moved
    }

    @Test(arguments: LinearGaussianFixture.allCases, Memory.allCases)
    func `the recursion's value is the bound of its posterior, and the best`(
        fixture: LinearGaussianFixture, memory: Memory
    ) throws {
        let problem = try fixture.problem(scale: 1.5, memory: memory)
        let (value, posterior) = try problem.solve()
        let evaluation = try problem.evaluate(posterior)
        #expect(abs(evaluation.total.total! - value) < 1e-10)
        for (index, term) in values(evaluation.total).enumerated() {
            let sum = evaluation.steps.reduce(0) { $0 + values($1)[index] }
            #expect(abs(sum - term) < 1e-10)
        }
        let context = evaluation.total.context
        #expect(context.scope == .trajectory(steps: 4) && context.source == .exact)
        #expect(context.rewardScale == 1.5 && context.rewardOffset == 0.2)
        #expect(
            abs(evaluation.total.reward! - 1.5 * (evaluation.expectedReturn - 4 * 0.2)) < 1e-10)
        for other in [problem.habitual, moved(posterior, by: 0.03), moved(posterior, by: -0.03)] {
            let bound = try problem.evaluate(other).total.total!
            #expect(bound < value - 1e-5)
            #expect(try bound < problem.logEvidence())
        }
        // A state steers the habit, so that its posterior leaves the filter, if only by a little.
        let gain = evaluation.total.informationGain! - evaluation.total.stateConsistency!
        #expect(gain < -1e-5 && gain > -0.5)
    }

    @Test(arguments: LinearGaussianFixture.allCases, Memory.allCases)
    func `terms are those of runs drawn step by step`(
        fixture: LinearGaussianFixture, memory: Memory
    ) throws {
        let problem = try fixture.problem(memory: memory)
        let posterior = moved(try problem.solve().posterior, by: 0.1)
        let evaluation = try problem.evaluate(posterior)
        var generator = Generator(seed: 7)
        let runs = try (0..<800).map { _ in
            try LinearGaussianRun(of: problem, by: posterior, using: &generator).terms
        }
        for step in 0...problem.actions {
            for (index, exact) in values(evaluation.steps[step]).enumerated() {
                let found = Estimate(of: runs.map { $0[step][index] })
                // At the last arrival the action law is the habit's, shifted.
                #expect(abs(found.mean - exact) < 4 * found.standardError! + 1e-12)
                #expect(found.standardError! < 0.3)
            }
        }
    }

    @Test(arguments: [0.3, 1, 3])
    func `the bound is below the evidence, the more so the larger the scale`(
        scale: Double
    ) throws {
        for memory in Memory.allCases {
            let problem = try LinearGaussianFixture.simple.problem(scale: scale, memory: memory)
            let gap = try problem.logEvidence() - problem.solve().bound
            let eager = try LinearGaussianFixture.simple.problem(
                scale: 2 * scale, memory: memory)
            #expect(gap > 1e-3)
            #expect(try eager.logEvidence() - eager.solve().bound > 1.5 * gap)
        }
    }

    @Test func `the evidence is the mean of what habits earn, exponentiated`() throws {
        for (fixture, memory) in [
            (LinearGaussianFixture.simple, Memory.sampledState), (.knowing, .belief),
        ] {
            let problem = try fixture.problem(scale: 0.4, memory: memory)
            var generator = Generator(seed: 3)
            let weights = try (0..<1_500).map { _ in
                let terms = try LinearGaussianRun(
                    of: problem, by: problem.habitual, using: &generator
                ).terms
                return exp(terms.reduce(0) { $0 + $1[0] })
            }
            let mean = Estimate(of: weights)
            let exact = exp(try problem.logEvidence())
            #expect(abs(mean.mean - exact) < 4 * mean.standardError!)
            #expect(mean.standardError! < 0.05 * exact)
        }
    }

    @Test(arguments: LinearGaussianFixture.allCases, Memory.allCases)
    func `without luck in the environment the bound reaches the evidence`(
        fixture: LinearGaussianFixture, memory: Memory
    ) throws {
        // The agent's own model is noisy all the same.
        let certain = try LinearGaussianFixture.environment(
            noise: 0, start: 0, emissionNoise: 0)
        let noisy = try LinearGaussianFixture.environment().filter.model
        let habit = try fixture.problem().habit
        func problem(
            _ environment: LinearQuadraticGaussian
        ) throws -> LinearGaussianGenerativeProblem {
            try LinearGaussianGenerativeProblem(
                environment: environment,
                model: fixture == .knowing ? noisy : LinearGaussianFixture.simpleModel(),
                habit: habit, actions: 3, rewardScale: 2, memory: memory)
        }
        let still = try problem(certain)
        #expect(abs(try still.solve().bound - still.logEvidence()) < 1e-9)
        // Luck of the first state, of the way or of what is seen opens the gap.
        for (noise, start, emission) in [(0.0, 1.0, 0.0), (1, 0, 0), (0, 0, 1)] {
            let lucky = try problem(
                LinearGaussianFixture.environment(
                    noise: noise, start: start, emissionNoise: emission))
            #expect(try lucky.logEvidence() - lucky.solve().bound > 1e-4)
        }
    }

    @Test func `a habit that knows no state makes it maximum-entropy control`() throws {
        let seen = try LinearGaussianFixture.environment(emissionNoise: 0, emission: .identity(2))
        let hidden = try LinearGaussianFixture.environment()
        let scale = 1.7
        let prior = GaussianMoments(mean: [0.1], covariance: [[0.5]])
        let start = try seen.filter.initialBelief()
        let soft = try seen.problem.solve(
            steps: 3, objective: .bound(temperature: 1 / scale, prior: .gaussian(prior)))
        let lucky = try seen.problem.solve(
            steps: 3, objective: .evidence(temperature: 1 / scale, prior: .gaussian(prior)))
        func problem(
            _ environment: LinearQuadraticGaussian
        ) throws -> LinearGaussianGenerativeProblem {
            try LinearGaussianGenerativeProblem(
                environment: environment, model: LinearGaussianFixture.environment().filter.model,
                habit: LinearGaussianPolicy(
                    gain: [[0, 0]], offset: prior.mean, covariance: prior.covariance),
                actions: 3, rewardScale: scale)
        }
        let full = try problem(seen)
        let (bound, posterior) = try full.solve()
        #expect(abs(bound - scale * soft.value(from: start)) < 1e-10)
        for (law, policy) in zip(posterior.actions, soft.policies) {
            let gain = law.matrix.block(rows: 0..<1, columns: 0..<2)
            #expect((gain + policy.gain).largestMagnitude < 1e-12)
            #expect((law.noise - policy.covariance).largestMagnitude < 1e-12)
        }
        // What is seen has no part in the evidence.
        let logEvidence = try lucky.posterior(from: start).logEvidence
        #expect(abs(try full.logEvidence() - logEvidence) < 1e-10)
        let partial = try problem(hidden)
        #expect(abs(try partial.logEvidence() - logEvidence) < 1e-10)
        // Acting on a belief costs ½ tr(Kᵀ Quu K Σ) a step, and the filter is the best posterior.
        var (expected, belief) = (scale * soft.value(from: start), start)
        for step in 0..<3 {
            let filtered = try hidden.filter.update(
                belief, observation: [0, 0], action: [0], step: step
            ).belief
            let quadratic = soft.actionValues[step].action
            let spread = soft.policies[step].gain.sandwich(filtered.covariance)
            expected -= scale * (quadratic * spread).trace / 2
            belief = try hidden.filter.predict(filtered, action: [0], step: step)
        }
        let best = try partial.solve()
        #expect(abs(best.bound - expected) < 1e-10)
        let terms = try partial.evaluate(best.posterior).total
        #expect(abs(terms.informationGain! - terms.stateConsistency!) < 1e-10)
        for (law, filter) in zip(best.posterior.states, partial.habitual.states) {
            #expect((law.matrix - filter.matrix).largestMagnitude < 1e-12)
            #expect((law.noise - filter.noise).largestMagnitude < 1e-12)
        }
    }

    @Test(arguments: Memory.allCases)
    func `an agent that knows the world gains the mutual information, whatever it does`(
        memory: Memory
    ) throws {
        let environment = try LinearGaussianFixture.environment()
        for gain in [[[0.0, 0.0]], [[0.9, -0.4]]] {
            let problem = try LinearGaussianGenerativeProblem(
                environment: environment,
                habit: LinearGaussianPolicy(
                    gain: Matrix(gain), offset: [0.3], covariance: [[2]]), actions: 3,
                memory: memory)
            let steps = try problem.evaluate(problem.habitual).steps
            for step in steps {
                #expect(abs(step.informationGain! - step.stateConsistency!) < 1e-10)
                #expect(abs(step.actionConsistency!) < 1e-12)
            }
            // A sampled state is not where the environment is: surprise beyond information.
            for (step, information) in zip(steps, problem.mutualInformation) {
                let surprise = step.informationGain! - information
                #expect(memory == .belief ? abs(surprise) < 1e-10 : surprise > -1e-10)
            }
            if memory == .belief {
                let filter = environment.filter
                var belief = try filter.initialBelief()
                for information in problem.mutualInformation {
                    let direct = try belief.mutualInformation(
                        emission: filter.model.emission[0], noise: filter.model.emissionNoise[0])
                    #expect(abs(information - direct) < 1e-12)
                    belief = try filter.predict(
                        filter.update(belief, observation: [1, 2], action: [0], step: 0).belief,
                        action: [5], step: 0)
                }
            }
        }
    }

    @Test func `gain minus consistency is minus the divergence from the filter`() throws {
        let problem = try LinearGaussianFixture.simple.problem(memory: .sampledState)
        var shifted = problem.habitual
        for step in shifted.states.indices {
            shifted.states[step].offset = [0.2]
            shifted.states[step].noise *= 0.7
        }
        let steps = try problem.evaluate(shifted).steps
        for (index, step) in steps.enumerated() {
            let filter = problem.habitual.stateLaw(step: index, belief: [0, 0], filter: [0.4])
            let law = shifted.stateLaw(step: index, belief: [0, 0], filter: [0.4])
            let divergence = try law.divergence(from: filter)
            #expect(abs(step.informationGain! - step.stateConsistency! + divergence) < 1e-10)
            #expect(divergence > 0.02)
        }
    }

    @Test func `a bounded reward has its mean in closed form`() throws {
        let reward = ExponentialQuadraticReward(
            goal: [0.3, -0.1], precision: [[2, 0.4], [0.4, 1]])
        let law = GaussianMoments(mean: [0.5, 0.6], covariance: [[0.4, 0.1], [0.1, 0.3]])
        var generator = Generator(seed: 11)
        let drawn = Estimate(
            of: try (0..<20_000).map { _ in reward(try law.sample(&generator)) })
        #expect(abs(drawn.mean - reward.expectation(under: law)) < 4 * drawn.standardError!)
        #expect(abs(reward.expectation(under: .certain([0.3, -0.1])) - 1) < 1e-15)
        let problem = try LinearGaussianFixture.simple.problem(scale: 3)
        let posterior = try problem.solve().posterior
        let (paid, costly) = (
            try problem.evaluate(posterior, paying: reward), try problem.evaluate(posterior)
        )
        let sum = paid.states.reduce(0) { $0 + reward.expectation(under: $1) }
        #expect(abs(paid.expectedReturn - sum) < 1e-12 && sum > 0.5)
        #expect(abs(paid.total.reward! - 3 * (sum - 4 * 0.2)) < 1e-12)
        #expect(paid.total.informationGain == costly.total.informationGain)
        #expect(paid.total.actionConsistency == costly.total.actionConsistency)
        #expect(paid.states == costly.states)
    }

    @Test func `what does not fit is refused in words`() throws {
        let environment = try LinearGaussianFixture.environment()
        let habit = LinearGaussianPolicy(gain: [[0.4]], covariance: [[0.5]])
        #expect(
            throws: LinearGaussianError.shape(
                parameter: "the state of the habit", found: "of size 1", expected: "2")
        ) {
            try LinearGaussianGenerativeProblem(environment: environment, habit: habit, actions: 1)
        }
        let certain = LinearGaussianPolicy(gain: [[0, 0]])
        #expect(throws: LinearGaussianError.self) {
            try LinearGaussianGenerativeProblem(
                environment: environment, habit: certain, actions: 1)
        }
        var discounted = environment.problem
        discounted.discount = 0.9
        let short = try LinearQuadraticGaussian(
            discounted, emission: .identity(2), emissionNoise: .identity(2),
            initial: .certain([0, 0]))
        let error = #expect(throws: LinearGaussianError.self) {
            try LinearGaussianGenerativeProblem(
                environment: short,
                habit: LinearGaussianPolicy(gain: [[0, 0]], covariance: [[1]]), actions: 1)
        }
        #expect(error?.description.contains("a discount of 0.9") == true)
    }
}
