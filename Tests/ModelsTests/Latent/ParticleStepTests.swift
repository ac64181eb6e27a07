import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// Filters side by side, against Bayes' rule by draws of the prior.
@Suite struct ParticleStepTests {
    // 20,000 particles proposed by an encoder that knows nothing, 200,000 weighted draws of the
    // prior; each difference is judged by its own standard error.
    @Test(arguments: [LatentKind.gaussian, .categorical])
    func `particles drawn anew by weight are the posterior, whatever proposed them`(
        kind: LatentKind
    ) {
        var generator = Generator(seed: 7)
        let model = Self.model(kind, using: &generator)
        let arrivals = LatentArrivals(
            observations: Tensor([0.8, -0.5] as [Float], shape: [1, 2]),
            rewards: Tensor([0.3] as [Float]),
            isFirst: .zeros([1]), ended: .zeros([1]),
            actions: Tensor([0.4] as [Float], shape: [1, 1]))
        let before = Tensor.normal([1, 1, 9], using: &generator).expanded([1, 20_000, 9])
        let found = withoutGradient {
            model.particleStep(before, arrivals: arrivals, using: &generator)
        }
        #expect(found.shape == [1, 20_000, 9])
        let z = found.slice(axis: 2, 6..<9).squeezed(axis: 0).to(.float64)

        let hidden = withoutGradient {
            model.dynamics.advance(
                LatentState(features: before.slice(axis: 1, 0..<1).squeezed(axis: 1), hidden: 6),
                doing: arrivals.actions)
        }
        let count = 200_000
        let draws = model.dynamics.prior(hidden).sample([count], using: &generator)
            .squeezed(axis: 1)
        let features = Tensor.concatenated([hidden.expanded([count, 6]), draws], axis: 1)
        let weights = withoutGradient {
            model.logLikelihood(features, of: arrivals).to(.float64).softmax(axis: 0)
                .unsqueezed(axis: 1)
        }
        // Neither trivial: the data move the mean by much more than the tolerance.
        for power in [1.0, 2] {
            let (ours, theirs) = (z.pow(power), draws.to(.float64).pow(power))
            let exact = (theirs * weights).sum(axis: 0)
            let spread = ((theirs - exact).square() * weights.square()).sum(axis: 0)
            let error = (spread + ours.variance(axis: 0) * (4 / 20_000.0)).sqrt()
            let distance = ((ours.mean(axis: 0) - exact) / (error + 1e-6)).abs().max().item()
            #expect(distance < 4.5)
            let prior = theirs.mean(axis: 0)
            if power == 1 { #expect(((exact - prior) / (error + 1e-6)).abs().max().item() > 10) }
        }
    }

    private static func model(
        _ kind: LatentKind, using generator: inout Generator
    ) -> GenerativeModel {
        let dynamics = RecurrentStateSpaceModel(
            evidence: 5, action: 1, hidden: 6, latent: 3, kind: kind, units: [8],
            uniformShare: 0.05, using: &generator)
        let model = GenerativeModel(
            dynamics: dynamics,
            observation: GaussianHead(sizes: [9, 8, 2], learnsDeviation: true, using: &generator),
            reward: GaussianHead(sizes: [9, 8, 1], learnsDeviation: false, using: &generator),
            ending: MultilayerPerceptron(sizes: [9, 8, 1], activation: .elu, using: &generator))
        withoutGradient {
            for parameter in model.parameters {
                parameter.tensor.accumulate(
                    Tensor.normal(
                        parameter.tensor.shape, standardDeviation: 0.3, using: &generator))
            }
        }
        return model
    }
}
