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

    /// How often options change, over episodes of the river.
    private func lengths(_ estimator: OptionGradientEstimator) throws -> (Double, Double) {
        var settings = settings(estimator)
        settings.learningRate = 1e-9
        let life = try AgentLife(OptionAgent.self, settings, "river-swim", seed: 3)
        let records = try life.live(1200, meal: 100)
        let values = records.map { $0.value("options.length")! }
        let estimate = Estimate(of: values)
        return (estimate.mean, estimate.standardError!)
    }

    /// The largest of noisy logits is a draw from their softmax, so hard relaxed options follow the
    /// law that is sampled elsewhere.
    @Test func `hard relaxed options follow the law of options`() throws {
        let (relaxed, sampled) = try (lengths(.gumbel), lengths(.reinforce))
        let error = (relaxed.1 * relaxed.1 + sampled.1 * sampled.1).squareRoot()
        #expect(abs(relaxed.0 - sampled.0) < 4.5 * error)
        #expect(error < 0.1 && relaxed.0 > 1.1)
    }

    @Test(arguments: [true, false]) func `gradients climb`(isHard: Bool) throws {
        var settings = settings(.gumbel)
        settings.straightThrough = isHard
        settings.learningRate = 0.02
        settings.rewardScale = 20
        settings.annealedOver = 50
        let life = try AgentLife(OptionAgent.self, settings, "river-swim", seed: 3)
        let records = try life.live(2000, meal: 20)
        func mean(_ part: ArraySlice<Record>) -> Double {
            part.reduce(0) { $0 + $1.bound!.total! } / Double(part.count)
        }
        #expect(mean(records.suffix(10)) > mean(records.prefix(10)) + 0.05)
        let names = records[0].bound!.terms.map(\.name)
        #expect(names == ["reward", "actionConsistency", "options"])
    }
}
