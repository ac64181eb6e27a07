import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

/// Options relaxed by noise, through the agent that acts with them.
@Suite struct OptionRelaxationTests {
    private func settings(_ estimator: OptionGradientEstimator) -> OptionAgentSettings {
        var settings = OptionTables.settings(estimator, .forward)
        settings.spread = 2
        settings.continuation = 0.5
        settings.units = [8]
        return settings
    }

    /// The largest of noisy logits is a draw from their softmax, so hard relaxed options follow the
    /// law that is sampled elsewhere, and soft ones lean to the same side.
    @Test func `hard relaxed options follow the law of options`() throws {
        let tables = try OptionTables()
        let laws = tables.learner.networks.laws(Tensor([0, 1, 2]).oneHot(classes: 3))
        var generator = Generator(seed: 5)
        let count = 20_000
        for state in 0..<3 {
            for previous in 0..<2 {
                let before = Tensor(Array(repeating: previous, count: count)).oneHot(classes: 2)
                let row = laws.logTransitions.exp().slice(axis: 0, state..<state + 1)
                let noise = Tensor(
                    OptionRelaxation.noise(2 * count, using: &generator), shape: [count, 2])
                func chosen(isHard: Bool) -> Tensor {
                    OptionRelaxation.weights(
                        OptionRelaxation.logMixture(before, row.expanded([count, 2, 2])), noise,
                        heat: 0.5, isHard: isHard)
                }
                let hard = chosen(isHard: true)
                #expect((hard.max(axis: 1) - 1).abs().max().item() < 1e-5)
                #expect(hard.isClose(to: chosen(isHard: false).round(), absolute: 1e-5))
                let law = tables.logits.policy.law(state: state, previous: previous)[0]
                let error = (law * (1 - law) / Double(count)).squareRoot()
                #expect(abs(hard.select(axis: 1, 0).mean().item() - law) < 4.5 * error)
            }
        }
    }

    @Test(arguments: [true, false]) func `gradients climb`(isHard: Bool) throws {
        var settings = settings(.gumbel)
        settings.straightThrough = isHard
        settings.learningRate = 0.02
        settings.rewardScale = 20
        settings.coolingUpdates = 50
        let life = try AgentLife(
            OptionAgent.self, settings, "river-swim", [("time-limit", "8")], seed: 3)
        let records = try life.live(800, meal: 20)
        func mean(_ part: ArraySlice<Record>) -> Double {
            part.reduce(0) { $0 + $1.bound!.total! } / Double(part.count)
        }
        let (early, late) = (mean(records.prefix(8)), mean(records.suffix(8)))
        #expect(late > early + 0.02)
        let names = records[0].bound!.terms.map(\.name)
        #expect(names == ["reward", "actionConsistency", "options"])
    }
}
