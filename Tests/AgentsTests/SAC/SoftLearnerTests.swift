import Foundation
import OptimistAgents
import OptimistCore
import OptimistInference
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// The agent's own updates on problems that exact inference solves.
@Suite struct SoftLearnerTests {
    @Test func `with exact expectations it finds the soft values and their posterior`() throws {
        var settings = SACSettings()
        settings.networks.units = []
        settings.learningRate = 0.02
        settings.targetRate = 0.3
        settings.temperature = 1
        settings.discount = 0.9
        settings.prior = .uniform
        var generator = Generator(seed: 1)
        let kind = ActionKind.discrete(2)
        let learner = SoftLearner(settings, kind: kind, observation: 3, using: &generator)
        let rows = ThreeStates.rows
        for _ in 0..<1_500 { _ = try learner.update(rows, using: &generator) }
        let solution = try SoftDynamicProgramming(ThreeStates.model())
            .solve(discount: 0.9, stopping: .init(tolerance: 1e-10))
        #expect(abs(solution.values[0] - -9.54716318) < 5.01e-9)
        let found = learner.critics.target(ThreeStates.states)
        #expect(worst(found, solution.actionValues) < 0.02)
        guard case .categorical(let law) = learner.policy.predict(ThreeStates.states) else {
            Issue.record("a law over numbers")
            return
        }
        let values = SoftObjective(prior: .uniform, kind: kind, discount: 0.9).value(
            logPolicy: law.logProbabilities, values: found, price: Tensor([1 as Float]))
        #expect(worst(values, solution.values) < 0.02)
        let posterior = solution.actionValues.enumerated().map {
            log(0.5) + $0.element - solution.values[$0.offset / 2]
        }
        #expect(worst(law.logProbabilities, posterior) < 0.01)
    }

    private func worst(_ found: Tensor, _ expected: [Double]) -> Double {
        zip(found.doubles(), expected).map { abs($0 - $1) }.max()!
    }

    @Test func `a temperature settles where the policy has the entropy asked for`() {
        // In the landscape −k (a − m)²/2 the policy is N(m, τ/k).
        let (stiffness, entropy) = (4.0, 0.25)
        let temperature = Temperature(
            .automatic(entropy: entropy, initial: 3), learningRate: 0.02)
        for _ in 0..<1_000 {
            let variance = temperature.value.item() / stiffness
            let present: Double = 0.5 * log(2 * Double.pi * exp(1) * variance)
            temperature.adapt(to: Tensor([Float(-present)]))
        }
        let expected: Double = stiffness * exp(2 * entropy) / (2 * Double.pi * exp(1))
        #expect(abs(temperature.value.item() / expected - 1) < 1e-3)
    }

    @Test func `too little entropy raises the temperature and too much lowers it`() {
        for (logDensity, sign) in [(2.0, 1.0), (-2, -1)] {
            let temperature = Temperature(
                .automatic(entropy: -1, initial: 1), learningRate: 0.01)
            // Entropy is −log π: kept at −1, log π above 1 is too little.
            temperature.adapt(to: Tensor([Float(logDensity), Float(logDensity)]))
            #expect((temperature.value.item() - 1) * sign > 0)
            let fixed = Temperature(.fixed(0.3), learningRate: 0.01)
            fixed.adapt(to: Tensor([Float(logDensity)]))
            #expect(abs(fixed.value.item() - 0.3) < 1e-7)
        }
    }

    @Test(arguments: PolicyCritic.allCases)
    func `the slope of a choice of critics is that of autograd`(choice: PolicyCritic) {
        var generator = Generator(seed: 3)
        let values = Tensor.normal([2, 50, 1], using: &generator).requiringGradient()
        let expected = gradients(of: choice.value(of: values).sum(), withRespectTo: [values])[0]
        #expect(choice.slope(of: values.detached()).floats() == expected.floats())
    }

    @Test func `numbers without bounds are drawn from a Gaussian`() throws {
        var settings = SACSettings()
        settings.networks.units = [8]
        var generator = Generator(seed: 4)
        for isBounded in [false, true] {
            let learner = SoftLearner(
                settings, kind: .continuous(width: 2, isBounded: isBounded), observation: 3,
                using: &generator)
            let draws = learner.policy.predict(.zeros([500, 3])).sample(using: &generator)
            #expect((draws.abs().max().item() > 1) == !isBounded)
        }
    }
}
