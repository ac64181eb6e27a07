import Foundation
import OptimistCore
import OptimistInference
import Testing

@Suite struct ControlSamplingTests {
    /// How often each state is met at the last of four steps, and how often the gamble is won.
    private func frequencies(
        _ posterior: ControlPosterior, _ dynamics: ControlPosterior.Dynamics, count: Int
    ) -> [Double] {
        var generator = Generator(seed: 11)
        var result = Array(repeating: 0.0, count: posterior.model.states)
        for _ in 0..<count {
            let path = posterior.sample(dynamics: dynamics, using: &generator)
            result[path.states[posterior.horizon - 1]] += 1 / Double(count)
        }
        return result
    }

    // The standard error of a frequency is at most 0.5 / √40000 = 0.0025: four of them are 0.01.
    @Test func `samples follow the marginals of the posterior`() throws {
        let posterior = try ControlInference(
            ModelFixtures.three(), prior: ModelFixtures.threePrior
        ).infer(horizon: 4)
        let found = frequencies(posterior, .posterior, count: 40_000)
        #expect(distance(found, posterior.stateMarginals[3]) < 0.01)
    }

    @Test func `executing the posterior policy does not bring the luck it believes in`() throws {
        let posterior = try ControlInference(ModelFixtures.lottery()).infer(horizon: 2)
        let believed = frequencies(posterior, .posterior, count: 40_000)
        let met = frequencies(posterior, .model, count: 40_000)
        #expect(believed[3] < 0.001)
        #expect(abs(met[3] - posterior.policy[0][1] / 2) < 0.01)
        let program = try SoftDynamicProgramming(posterior.model)
        let marginals = try program.stateMarginals(posterior.policy)
        #expect(distance(met, marginals[1]) < 0.01)
    }
}
