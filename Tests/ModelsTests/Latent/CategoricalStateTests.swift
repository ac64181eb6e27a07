import Foundation
import OptimistCore
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

/// A recurrent state-space model whose sampled state is one of several classes.
@Suite struct CategoricalStateTests {
    private static func model(uniformShare: Double = 0.1) -> GenerativeModel {
        var generator = Generator(seed: 1)
        func network(_ outputs: Int) -> MultilayerPerceptron {
            MultilayerPerceptron(sizes: [9, 7, outputs], activation: .elu, using: &generator)
        }
        return GenerativeModel(
            dynamics: RecurrentStateSpaceModel(
                evidence: 7, action: 2, hidden: 6, latent: 3, kind: .categorical, units: [5],
                uniformShare: uniformShare, using: &generator),
            observation: CategoricalHead(network(3)), reward: BernoulliHead(network(1)),
            ending: network(1))
    }

    /// Time 4, batch 9.
    private static func arrivals() -> LatentArrivals {
        var generator = Generator(seed: 2)
        func bits() -> Tensor {
            (Tensor.uniform([4, 9], using: &generator) .> 0.5).to(.float32)
        }
        return LatentArrivals(
            observations: Tensor.randomIntegers([4, 9], in: 0..<3, using: &generator)
                .oneHot(classes: 3),
            rewards: bits(), isFirst: Tensor.concatenated([.ones([1, 9]), .zeros([3, 9])]),
            ended: bits(), actions: .normal([4, 9, 2], using: &generator))
    }

    private static func filter(_ model: GenerativeModel, seed: UInt64 = 3) -> FilteredStates {
        var generator = Generator(seed: seed)
        return model.filter(
            from: model.dynamics.initialState(9), arrivals: arrivals(),
            noise: model.noise([4, 9], using: &generator))
    }

    @Test func `filtering step by step is filtering the sequence, bit for bit`() {
        let model = Self.model()
        #expect(model.noiseWidth == 3 && model.dynamics.latentSize == 3)
        var generator = Generator(seed: 3)
        let (noise, arrivals) = (model.noise([4, 9], using: &generator), Self.arrivals())
        let whole = Self.filter(model)
        var state = model.dynamics.initialState(9)
        for time in 0..<4 {
            state = withoutGradient {
                model.step(state, arrivals: arrivals.at(time), noise: noise[time]).state
            }
            #expect(state.sample.floats() == whole.states.sample[time].floats())
            #expect(state.hidden.floats() == whole.states.hidden[time].floats())
        }
        // Every state is a single class, and none is less likely than its share of the uniform law.
        #expect(whole.states.sample.detached().max().item() == 1)
        #expect(whole.states.sample.sum(axis: -1).floats().allSatisfy { $0 == 1 })
        #expect(whole.prior.mean.min().item() >= 0.1 / 3 - 1e-6)
        #expect(whole.posterior.mean.min().item() >= 0.1 / 3 - 1e-6)
    }

    @Test func `noise draws the classes as often as the law says`() {
        var generator = Generator(seed: 4)
        let law = LatentLaw.categorical(
            OneHotStraightThrough(logits: Tensor([0.1, 0.6, 0.3] as [Float]).log()))
        let draws = law.draw(of: LatentKind.categorical.noise([100_000, 3], using: &generator))
        let shares = draws.mean(axis: 0).floats()
        for (share, known) in zip(shares, [0.1, 0.6, 0.3]) {
            let error = (known * (1 - known) / 100_000).squareRoot()
            #expect(abs(Double(share) - known) < 4 * error)
        }
        // A law of normal numbers takes noise as ever.
        let normal = LatentLaw.gaussian(
            Normal(
                mean: Tensor([1, 2] as [Float]), standardDeviation: Tensor([3, 4] as [Float]),
                eventRank: 1))
        #expect(normal.draw(of: Tensor([1, -1] as [Float])).floats() == [4, -2])
        #expect(normal.normal != nil && law.normal == nil)
        #expect(law.base is OneHotStraightThrough)
    }

    @Test func `the exact marginal is the sum over classes of everything that arrived`() {
        let model = Self.model()
        let (arrivals, filtered) = (Self.arrivals(), Self.filter(model))
        var generator = Generator(seed: 5)
        let found = model.marginal(.exact, of: arrivals, along: filtered, using: &generator)
        var sum = Tensor.zeros([4, 9])
        for z in 0..<3 {
            let sample = Tensor.full([4, 9], Double(z), type: .int64).oneHot(classes: 3)
            let features = LatentState(hidden: filtered.states.hidden, sample: sample).features
            let seen = model.observation(features).logDensity(arrivals.observations)
            let paid = model.reward(features).logDensity(arrivals.rewards.unsqueezed(axis: -1))
            let end = Bernoulli(
                logits: model.ending!(features).squeezed(axis: -1), eventRank: 0
            ).logDensity(arrivals.ended)
            let joint = seen + paid * (1 - arrivals.isFirst) + end
            sum = sum + filtered.prior.mean.select(axis: -1, z) * joint.exp()
        }
        #expect(found.logMarginal.isClose(to: sum.log(), absolute: 1e-5))
        #expect(found.kind == .exact && found.effectiveSampleSize == nil)
        // Samples come near it from below.
        let few = model.marginal(.prior(2), of: arrivals, along: filtered, using: &generator)
        let many = model.marginal(.mixture(512), of: arrivals, along: filtered, using: &generator)
        let gaps = [few, many].map { ($0.logMarginal - found.logMarginal).mean().item() }
        #expect(gaps[0] < -0.001 && abs(gaps[1]) < 0.01)
    }

    @Test func `gradients reach every parameter through the classes`() {
        let model = Self.model()
        let filtered = Self.filter(model)
        let features = filtered.states.features
        let likelihood = model.logLikelihood(features, of: Self.arrivals())
        let loss = (likelihood - filtered.divergence).sum()
        #expect(filtered.divergence.min().item() >= 0)
        let slopes = gradients(of: loss, withRespectTo: model.parameters.map(\.tensor))
        for (parameter, slope) in zip(model.parameters, slopes) {
            #expect(slope.abs().max().item() > 0, "\(parameter.name)")
        }
    }

    @Test func `heads of bits and classes have the means of their laws`() {
        let model = Self.model()
        var generator = Generator(seed: 6)
        let features = Tensor.normal([20, 9], using: &generator)
        #expect(
            model.observation.mean(features).sum(axis: 1).isClose(to: .ones([20]), absolute: 1e-5))
        let reward = model.expectedReward(features)
        #expect(reward.min().item() > 0 && reward.max().item() < 1)
        let one = model.reward(features).logDensity(.ones([20, 1])).exp()
        #expect(one.isClose(to: reward, absolute: 1e-6))
    }
}
