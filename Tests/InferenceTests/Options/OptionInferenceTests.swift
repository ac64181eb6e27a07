import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra
import Testing

/// Options learned from samples.
@Suite struct OptionInferenceTests {
    @Test(arguments: OptionEstimator.allCases)
    func `sampled updates climb to the bound of the best policy`(
        _ estimator: OptionEstimator
    ) throws {
        let problem = try OptionFixtures.problem()
        var configuration = OptionInference.Configuration()
        configuration.options = 2
        configuration.estimator = estimator
        configuration.episodes = 64
        var generator = Generator(seed: 3)
        var learner = OptionInference(problem, configuration, using: &generator)
        let first = problem.bound(of: learner.policy).value
        for update in 0..<600 {
            learner.update(using: &generator, rate: 1 - Double(update) / 600)
        }
        let found = problem.bound(of: learner.policy).value
        let exact = problem.maximize(from: learner.logits).bound.value
        #expect(found > first + 0.05)
        #expect(found > exact - 0.01)
    }

    @Test(arguments: [
        (OptionEstimator.collapsed, OptionInference.Reverse.none), (.reinforce, .backward),
        (.reinforce, .forward), (.reinforce, .none),
    ])
    func `sampled gradients are right on average`(
        _ estimator: OptionEstimator, _ reverse: OptionInference.Reverse
    ) throws {
        let problem = try OptionProblem(
            OptionFixtures.model(), horizon: 3, deliberationCost: 0.3)
        var configuration = OptionInference.Configuration()
        configuration.options = 2
        configuration.estimator = estimator
        configuration.reverse = reverse
        configuration.deviation = 0.7
        var generator = Generator(seed: 9)
        var learner = OptionInference(problem, configuration, using: &generator)
        let policy = learner.policy
        let form: ReverseForm = estimator != .collapsed && reverse == .none ? .none : .exact
        let exact = learner.logits.gradient(
            problem.gradient(
                of: policy, estimator: form == .none ? .reinforce : .collapsed,
                reverse: ReverseModel(form, of: policy, in: problem)), policy: policy)
        let samples = (0..<600).map { _ in learner.gradient(using: &generator).values }
        for index in exact.indices {
            let estimate = Estimate(of: samples.map { $0[index] })
            let error = try #require(estimate.standardError)
            // Of 36 numbers the largest lies within 4.5 standard errors but once in 4000.
            #expect(abs(estimate.mean - exact[index]) < 4.5 * error + 1e-12)
        }
    }

    @Test func `the same seed learns the same`() throws {
        let problem = try OptionFixtures.problem()
        func learn() -> OptionLogits {
            var configuration = OptionInference.Configuration()
            configuration.options = 2
            configuration.estimator = .enumerateOption
            configuration.reverse = .none
            var generator = Generator(seed: 5)
            var learner = OptionInference(problem, configuration, using: &generator)
            for _ in 0..<10 { learner.update(using: &generator) }
            return learner.logits
        }
        #expect(learn() == learn())
    }

    @Test func `a backward reverse model refuses a discount`() throws {
        var configuration = OptionInference.Configuration()
        configuration.discount = 0.9
        configuration.reverse = .backward
        try configuration.validate()
        configuration.estimator = .reinforce
        #expect(
            throws: ConfigurationError.inconsistent(
                "a backward reverse model credits decisions with all earlier factors, which cannot "
                    + "be discounted: give the discount 1, or the reverse model forward or none")
        ) { try configuration.validate() }
        configuration.discount = 1
        try configuration.validate()
    }

    @Test func `the estimate of the bound agrees with enumeration`() throws {
        let problem = try OptionFixtures.problem()
        var configuration = OptionInference.Configuration()
        configuration.options = 2
        configuration.deviation = 1
        var generator = Generator(seed: 7)
        let learner = OptionInference(problem, configuration, using: &generator)
        let bound = learner.estimate(episodes: 20_000, using: &generator)
        let exact = problem.bound(of: learner.policy)
        let errors = bound.context.standardErrors
        #expect(abs(bound.total! - exact.value) < 4 * errors["total"]!)
        #expect(abs(bound.reward! - exact.reward) < 4 * errors["reward"]!)
        #expect(
            abs(bound.actionConsistency! - exact.actionConsistency)
                < 4 * errors["actionConsistency"]!)
        #expect(errors["total"]! < 0.02)
    }

    @Test func `deliberation makes options longer`() throws {
        let stops = try [0, 2].map { cost in
            let problem = try OptionProblem(
                OptionFixtures.model(), horizon: 3, deliberationCost: cost)
            var configuration = OptionInference.Configuration()
            configuration.options = 2
            configuration.continuation = 0
            var generator = Generator(seed: 4)
            var learner = OptionInference(problem, configuration, using: &generator)
            for _ in 0..<100 { learner.update(using: &generator) }
            let bound = learner.estimate(episodes: 20_000, using: &generator)
            let exact = problem.bound(of: learner.policy)
            #expect(abs(bound.total! - exact.value) < 4 * bound.context.standardErrors["total"]!)
            #expect((bound.context.standardErrors["deliberation"] == nil) == (cost == 0))
            return learner.policy.logStop.reduce(0) { $0 + exp($1) } / 6
        }
        #expect(stops[1] < stops[0] - 0.2)
    }

    /// Shares of the flat optimum's bound at 6000 episodes: 0.9947, 0.9927 and 0.9949 over three
    /// seeds, each known to 0.003; at 20,000 episodes 0.9994, 0.9968 and 0.9992.
    @Test func `four rooms with four options come near the flat optimum`() throws {
        let model = try OptionFixtures.fourRooms()
        let best = try SoftDynamicProgramming(model, rewardScale: 10).solve(discount: 0.99).bound
        var configuration = OptionInference.Configuration()
        configuration.discount = 0.99
        configuration.episodes = 8
        configuration.learningRate = 0.1
        configuration.traceDecay = 0.9
        var generator = Generator(seed: 0)
        var learner = OptionInference(
            try OptionProblem(model, rewardScale: 10, horizon: 1000), configuration,
            using: &generator)
        for update in 0..<750 { learner.update(using: &generator, rate: 1 - Double(update) / 750) }
        let bound = learner.estimate(episodes: 20_000, using: &generator)
        let error = try #require(bound.context.standardErrors["total"])
        #expect(error < 0.003 * best)
        #expect(bound.total! > 0.98 * best)
        #expect(bound.total! < best + 4 * error)
    }
}
