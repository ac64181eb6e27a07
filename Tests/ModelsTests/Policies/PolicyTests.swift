import Foundation
import OptimistCore
import OptimistEnvironments
import OptimistModels
import OptimistProbability
import OptimistTorch
import Testing

@Suite struct PolicyTests {
    private let box = ActionKind.continuous(width: 2, isBounded: true)

    @Test func `priors have the densities that they are named after`() {
        let actions = Tensor([0.5, -0.25, 0, 1] as [Float], shape: [2, 2])
        let normal = PolicyPrior.gaussian(deviation: 2)
        let expected = [0.5 * 0.5 + 0.25 * 0.25, 1.0].map { -$0 / 8 - log(2 * Double.pi * 4) }
        for (value, exact) in zip(normal.logDensity(actions, box).doubles(), expected) {
            #expect(abs(value - exact) < 1e-6)
        }
        let uniform = PolicyPrior.uniform.logDensity(actions, box).doubles()
        #expect(uniform.allSatisfy { abs($0 + 2 * log(2)) < 1e-6 })
        #expect(PolicyPrior.lebesgue.logDensity(actions, box).doubles() == [0, 0])
        #expect(PolicyPrior.uniform.constant(.discrete(5)) == -log(5))
        #expect(!PolicyPrior.uniform.suits(.continuous(width: 1, isBounded: false)))
        #expect(!normal.suits(.discrete(3)) && PolicyPrior.lebesgue.suits(.discrete(3)))
    }

    @Test(arguments: ["uniform", "lebesgue", "gaussian:0.5"])
    func `a prior is read as it is written`(text: String) {
        #expect(PolicyPrior(rawValue: text)?.rawValue == text)
    }

    @Test(arguments: ["normal", "gaussian", "gaussian:0", "gaussian:x", "uniform:1", ""])
    func `no other text is a prior`(text: String) {
        #expect(PolicyPrior(rawValue: text) == nil)
    }

    @Test(arguments: [PolicyPrior.uniform, .gaussian(deviation: 1.5)])
    func `a divergence in closed form is the mean of log-ratios`(prior: PolicyPrior) {
        let law = ActionLaw.gaussian(
            Normal(
                mean: Tensor([0.2, -0.4] as [Float], shape: [1, 2]),
                standardDeviation: Tensor([0.5, 0.8] as [Float]), eventRank: 1))
        var generator = Generator(seed: 3)
        let rows = law.rows(Tensor.zeros([200_000], type: .int64))
        let drawn = rows.sample(using: &generator)
        let ratios = (rows.logDensity(drawn) - prior.logDensity(drawn, box)).doubles()
        let estimate = Estimate(of: ratios)
        let exact = prior.divergence(of: law, box)!.item()
        #expect(abs(estimate.mean - exact) < 4 * estimate.standardError!)
    }

    @Test func `rows of a law are its laws`() {
        let logits = Tensor([0, 1, 2, 3, 1, 0] as [Float], shape: [3, 2])
        let law = ActionLaw.categorical(Categorical(logits: logits))
        let chosen = law.rows(Tensor([2, 0]))
        let actions = Tensor([0, 1])
        let expected = [1.0, 1.0].map { $0 - log(exp($0) + 1) }
        for (value, exact) in zip(chosen.logDensity(actions).doubles(), expected) {
            #expect(abs(value - exact) < 1e-6)
        }
        #expect(chosen.divergence(to: law.rows(Tensor([2, 0]))).sum().item() == 0)
    }

    @Test func `squashing changes no divergence and has no entropy in closed form`() {
        func law(_ mean: Double) -> Normal {
            Normal(
                mean: Tensor([mean, 0], shape: [1, 2]), standardDeviation: 0.7, eventRank: 1)
        }
        let squashed = ActionLaw.squashed(TanhNormal(law(0.4)))
        let plain = ActionLaw.gaussian(law(0.4))
        let divergences = [
            squashed.divergence(to: .squashed(TanhNormal(law(-0.1)))),
            plain.divergence(to: .gaussian(law(-0.1))),
        ]
        #expect(abs(divergences[0].item() - divergences[1].item()) < 1e-12)
        #expect(squashed.entropy == nil && plain.entropy != nil)
    }

    @Test func `observations are encoded by their space`() {
        let discrete = ObservationEncoder(.discrete(4), isStandardizing: false)
        let codes = discrete(Tensor([2, 0] as [Float]))
        #expect(codes.shape == [2, 4] && codes.floats() == [0, 0, 1, 0, 1, 0, 0, 0])
        let bytes = ObservationEncoder(.bytes(shape: [1, 2, 2]), isStandardizing: false)
        #expect(
            bytes(Tensor([0, 51, 102, 255] as [Float], shape: [1, 1, 2, 2])).floats()
                == [0, 51, 102, 255].map { Float($0) * Float(1.0 / 255) })
    }

    @Test func `standardized observations have mean 0 and deviation 1, kept with the agent`()
        throws
    {
        var generator = Generator(seed: 4)
        let seen = Tensor.normal([1_000, 1, 2], using: &generator) * 3 + 5
        var encoder = ObservationEncoder(.box(-100, 100, shape: [2]), isStandardizing: true)
        #expect(encoder(seen).isClose(to: seen))
        encoder.observe(seen)
        let rows = encoder(seen)
        #expect(abs(rows.mean().item()) < 1e-5)
        #expect(abs(rows.standardDeviation(correction: 0).item() - 1) < 1e-3)
        let archive = Archive()
        encoder.save(to: archive)
        var other = ObservationEncoder(.box(-100, 100, shape: [2]), isStandardizing: true)
        try other.load(from: archive)
        #expect(other(seen).floats() == rows.floats())
    }

    @Test func `a memory unrolled is the memory step by step`() {
        var generator = Generator(seed: 5)
        let memory = PolicyMemory(hidden: 4, observation: 3, code: 2, using: &generator)
        let observations = Tensor.normal([5, 2, 3], using: &generator)
        let codes = Tensor.normal([5, 2, 2], using: &generator)
        let rewards = Tensor.normal([5, 2], using: &generator)
        var state = Tensor.normal([2, 4], using: &generator)
        let unrolled = memory.unrolled(
            from: state, observations: observations, codes: codes, rewards: rewards)
        for time in 0..<5 {
            state = memory.step(
                state, observations: observations.select(axis: 0, time),
                codes: codes.select(axis: 0, time), rewards: rewards.select(axis: 0, time))
            let features = Tensor.concatenated(
                [state, observations.select(axis: 0, time)], axis: 1)
            #expect(unrolled.select(axis: 0, time).isClose(to: features))
        }
    }

    @Test func `a memory reads rewards compressed, with their signs`() {
        var generator = Generator(seed: 15)
        let memory = PolicyMemory(hidden: 4, observation: 3, code: 2, using: &generator)
        let observations = Tensor.normal([5, 3], using: &generator)
        let codes = Tensor.normal([5, 2], using: &generator)
        let state = Tensor.normal([5, 4], using: &generator)
        let rewards = Tensor([-30.0, -1, 0, 0.5, 1_000]).to(.float32)
        let read = Tensor([-3.4339872, -0.6931472, 0, 0.4054651, 6.9087548], shape: [5, 1])
            .to(.float32)
        let found = memory.step(
            state, observations: observations, codes: codes, rewards: rewards)
        let inputs = Tensor.concatenated([observations, codes, read], axis: 1)
        #expect(found.isClose(to: memory.cell(inputs, hidden: state), absolute: 1e-6))
    }

    @Test(arguments: [
        ActionKind.discrete(3), .continuous(width: 2, isBounded: true),
    ])
    func `prediction and graph give one law`(kind: ActionKind) {
        var generator = Generator(seed: 6)
        for spread in [PolicyNetwork.Spread.fixed(initialDeviation: 0.5), .squashed] {
            let policy = PolicyNetwork(
                features: 4, units: [8], activation: .tanh, kind: kind, spread: spread,
                using: &generator)
            let rows = Tensor.normal([16, 4], using: &generator)
            let (fast, graph) = (policy.predict(rows), policy(rows))
            #expect(fast.divergence(to: graph).abs().max().item() < 1e-5)
            let drawn = fast.sample(using: &generator)
            #expect(fast.logDensity(drawn).isClose(to: graph.logDensity(drawn), absolute: 1e-4))
            #expect(fast.logDensity(drawn).shape == [16])
        }
    }
}
