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
        print(estimator, first, found, exact)
        #expect(found > first + 0.05)
        #expect(found > exact - 0.01)
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
}
