import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct GenerativeModelTests {
    private static func model(endings: Bool) -> GenerativeModel {
        var generator = Generator(seed: 3)
        return GenerativeModel(
            dynamics: RecurrentStateSpaceModel(
                evidence: 5, action: 1, hidden: 6, latent: 2, units: [8], using: &generator),
            observation: GaussianHead(sizes: [8, 8, 2], learnsDeviation: true, using: &generator),
            reward: GaussianHead(sizes: [8, 8, 1], learnsDeviation: false, using: &generator),
            ending: endings
                ? MultilayerPerceptron(sizes: [8, 8, 1], activation: .elu, using: &generator) : nil)
    }

    /// Time 5, batch 8.
    private static func arrivals() -> LatentArrivals {
        var generator = Generator(seed: 4)
        return LatentArrivals(
            observations: .normal([5, 8, 2], using: &generator),
            rewards: .normal([5, 8], using: &generator),
            isFirst: Tensor.concatenated([.ones([1, 8]), .zeros([4, 8])]),
            ended: Tensor.concatenated([.zeros([4, 8]), .ones([1, 8])]),
            actions: .normal([5, 8, 1], using: &generator))
    }

    @Test(arguments: [true, false])
    func `the likelihood is joint over observation, reward and ending`(endings: Bool) {
        let model = Self.model(endings: endings)
        let arrivals = Self.arrivals()
        var generator = Generator(seed: 5)
        let features = Tensor.normal([5, 8, 8], using: &generator)
        let whole = model.logLikelihood(features, of: arrivals)
        #expect(whole.shape == [5, 8])
        let law = model.observation(features)
        var sum = law.logDensity(arrivals.observations)
        let reward =
            (arrivals.rewards - model.expectedReward(features)).square() * -0.5
            - 0.5 * log(2 * Double.pi)
        // Nothing was paid with the first arrival.
        sum = sum + Tensor.concatenated([.zeros([1, 8]), reward.slice(axis: 0, 1..<5)])
        if let goesOn = model.continuation(features) {
            let end = Tensor.where(arrivals.ended .> 0, 1 - goesOn, goesOn)
            sum = sum + end.log()
        }
        #expect((sum - whole).abs().max().item() < 1e-4)
        // Samples of z come first.
        let many = model.logLikelihood(features.expanded([3, 5, 8, 8]), of: arrivals)
        #expect(many.shape == [3, 5, 8])
        #expect((many[2] - whole).abs().max().item() < 1e-5)
    }

    // The information gain is overestimated by less and less; in the limit the state posterior can
    // only lose against the agent's own filter.
    @Test func `the gap to the filter falls below zero as samples grow`() {
        let model = Self.model(endings: true)
        let arrivals = Self.arrivals()
        var generator = Generator(seed: 6)
        let filtered = withoutGradient {
            model.dynamics.filter(
                from: model.dynamics.initialState(8), doing: arrivals.actions,
                evidence: arrivals.evidence(), noise: .normal([5, 8, 2], using: &generator))
        }
        let likelihood = model.logLikelihood(filtered.states.features, of: arrivals)
        let slacks = [2, 16, 512].map { count in
            let marginal = MarginalLikelihood.mixture(count).estimate(
                prior: filtered.prior, posterior: filtered.posterior, gradient: .detached,
                using: &generator
            ) { samples in
                let memory = filtered.states.hidden.expanded([count, 5, 8, 6])
                return model.logLikelihood(
                    Tensor.concatenated([memory, samples], axis: -1), of: arrivals)
            }.logMarginal
            // Averaged over z of the posterior, so that its noise does not hide the sign.
            let many = filtered.posterior.sample([512], using: &generator)
            let mean = model.logLikelihood(
                Tensor.concatenated(
                    [filtered.states.hidden.expanded([512, 5, 8, 6]), many], axis: -1), of: arrivals
            ).mean(axis: 0)
            return (mean - marginal - filtered.divergence).mean().item()
        }
        #expect(likelihood.isFinite().all().item() == 1)
        #expect(slacks[0] > slacks[1] && slacks[1] > slacks[2] - 0.01)
        #expect(slacks[2] < 0)
    }
}
