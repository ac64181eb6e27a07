import Foundation
import OptimistAgents
import OptimistCore
import OptimistModels
import OptimistPlanning
import OptimistProbability
import OptimistTorch
import Testing

/// Several filters of one history, and the information that they count as one belief.
@Suite(.serialized) struct GenerativeBeliefTests {
    @Test(arguments: [false, true])
    func `an observation of a particle is as likely at itself as what arrived at a filter's state`(
        endings: Bool
    ) throws {
        var generator = Generator(seed: 5)
        let model = try GenerativeImaginationTests.model(endings: endings, &generator)
        let states = Tensor.normal([3, 4, 29], using: &generator)
        let seen = model.sampleObservation(at: states, using: &generator)
        #expect(seen.shape == [3, 4, endings ? 5 : 4])
        let pairwise = model.pairwiseLogLikelihood(of: seen, at: states)
        #expect(pairwise.shape == [3, 4, 4])
        for k in 0..<4 {
            for j in 0..<4 {
                let arrived = seen.select(axis: 1, k)
                let arrivals = LatentArrivals(
                    observations: arrived.slice(axis: 1, 0..<3),
                    rewards: arrived.select(axis: 1, 3), isFirst: .zeros([3]),
                    ended: endings ? arrived.select(axis: 1, 4) : .zeros([3]),
                    actions: .zeros([3, 2]))
                let expected = model.networks.model.logLikelihood(
                    states.select(axis: 1, j), of: arrivals)
                let found = pairwise.select(axis: 1, k).select(axis: 1, j)
                #expect((found - expected).abs().max().item() < 1e-4)
            }
        }
    }

    // Particles that agree know all that there is to know.
    @Test func `information is that of the belief, and nothing where particles agree`() throws {
        var generator = Generator(seed: 6)
        let model = try GenerativeImaginationTests.model(endings: false, &generator)
        let belief = BeliefImagination(model, particles: 16)
        let apart = Tensor.normal([64, 16, 29], using: &generator)
        let together = apart.slice(axis: 1, 0..<1).expanded([64, 16, 29])
        func information(_ states: Tensor) -> Tensor {
            let seen = model.sampleObservation(at: states, using: &generator)
            let pairwise = model.pairwiseLogLikelihood(of: seen, at: states)
            return belief.estimator.estimate(pairwise.permuted([1, 2, 0])).mean
        }
        #expect(information(together).abs().max().item() < 1e-4)
        let told = information(apart)
        #expect(told.mean().item() > 0.1)
        #expect(told.max().item() < log(16) + 1e-4)
    }

    // Where the model is right about a state that two hypotheses tell apart, weights are Bayes' rule.
    @Test func `filters side by side follow what single filters would, weighted by evidence`()
        throws
    {
        let life = try GenerativeLife([("beliefParticles", "64")])
        try life.live(60)
        _ = try life.learn()
        #expect(life.carry.features.shape == [2, 64, 10])
        try life.live(20)
        // One draw each: particles differ, and their mean is what is reported.
        let spread = life.carry.features.variance(axis: 1).max().item() as Double
        #expect(spread > 0)
        #expect(life.agent.beliefFeatures(of: life.carry).shape == [2, 10])
        #expect(life.agent.specification.stateInference.hasSuffix("64 side by side"))
    }

    @Test func `a belief of one particle is refused`() {
        #expect(throws: ConfigurationError.self) {
            try GenerativeAgentSettings().setting([("beliefParticles", "1")]).validate()
        }
    }
}
