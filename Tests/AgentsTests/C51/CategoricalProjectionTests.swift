import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistInference
import OptimistTorch
import Testing

@Suite struct CategoricalProjectionTests {
    private let projection = CategoricalProjection(count: 5, minimum: 0, maximum: 4, type: .float64)

    private func project(_ law: [Double], _ reward: Double, _ discount: Double) -> [Double] {
        projection(
            Tensor(law, shape: [1, 5]), rewards: Tensor([reward]), discounts: Tensor([discount])
        ).doubles()
    }

    @Test func `decimals of a projection`() {
        let found = project([0.2, 0.2, 0.2, 0.2, 0.2], 0.5, 0.9)
        for (value, expected) in zip(found, [0.1, 0.22, 0.22, 0.22, 0.24]) {
            #expect(abs(value - expected) < 1e-12)
        }
    }

    @Test func `batches agree with single laws`() {
        var generator = Generator(seed: 1)
        let returns = CategoricalReturns(count: 21, minimum: -3, maximum: 7)
        let batched = CategoricalProjection(count: 21, minimum: -3, maximum: 7, type: .float64)
        let rows = 200
        let laws = Tensor.normal([rows, 21], type: .float64, using: &generator).softmax()
        let rewards = (0..<rows).map { $0 % 7 == 0 ? 0.5 : generator.uniform(-6, 6) }
        let discounts = (0..<rows).map { $0 % 5 == 0 ? 0 : generator.uniform() }
        let found = batched(laws, rewards: Tensor(rewards), discounts: Tensor(discounts))
        for row in 0..<rows {
            let exact = returns.projection(
                of: laws[row].doubles(), reward: rewards[row], discount: discounts[row])
            let values = found[row].doubles()
            #expect(zip(exact, values).allSatisfy { abs($0 - $1) < 1e-12 })
            #expect(abs(values.reduce(0, +) - 1) < 1e-12)
        }
        for scale in [-2.0, 0.3, 5] {
            let values = batched.riskValue(laws.log(), scale: scale).doubles()
            for row in 0..<rows {
                let exact = returns.riskValue(laws[row].doubles(), rewardScale: scale)
                #expect(abs(values[row] - exact) < 1e-10)
            }
        }
    }

    @Test func `no mass is lost on an atom, and the mean stays where nothing is clipped`() {
        #expect(project([0, 0, 0, 0, 1], 0, 1) == [0, 0, 0, 0, 1])
        #expect(project([0, 1, 0, 0, 0], 1, 1) == [0, 0, 1, 0, 0])
        #expect(project([0.5, 0, 0, 0, 0.5], 1.25, 0).prefix(3) == [0, 0.75, 0.25])
        let law = [0.1, 0.2, 0.3, 0.4, 0]
        let found = project(law, 0.3, 0.8)
        let mean = zip(0..., found).reduce(0) { $0 + Double($1.0) * $1.1 }
        let before = zip(0..., law).reduce(0) { $0 + Double($1.0) * $1.1 }
        #expect(abs(mean - (0.3 + 0.8 * before)) < 1e-12)
    }

    /// One state whose action pays 0 or 1 and ends: what it is worth to a seeker of risk is its
    /// evidence.
    @Test func `a fitted law is that of the returns, and values risk`() throws {
        let world = World(
            name: "coin", observationSpace: .discrete(1), actionSpace: .discrete(2))
        let replay = Replay(
            layout: EpisodeLayout(
                observations: world.observationSpace, actions: world.actionSpace),
            generator: Generator(seed: 2))
        // Action 0 pays 2 for sure; action 1 pays 0 or 3.5.
        for (action, reward) in [(0, 2.0), (0, 2), (1, 0), (1, 3.5)] {
            let episode = replay.begin(seed: 0, first: .floats([0]))
            replay.append(
                to: episode, action: [Float(action)],
                step: Step(observation: .floats([0]), reward: reward, ending: .terminated))
        }
        for (scale, best) in [(nil, 0), (3.0, 1), (-3, 0)] as [(Double?, Float)] {
            var settings = C51Settings()
            settings.networks.units = []
            (settings.minimum, settings.maximum, settings.atoms) = (-4, 4, 9)
            (settings.riskScale, settings.updates, settings.learningRate) = (scale, 600, 0.05)
            var generator = Generator(seed: 3)
            let agent = try C51(settings, world: world, using: &generator)
            let records = try agent.learn(from: .replay(replay), using: &generator)
            let laws = agent.logLaws(Tensor([0])).exp()
            #expect(abs(laws[0, 0, 6].item() - 1) < 0.02)
            // Half on 0, a quarter each on 3 and 4; batches of 128 draw four transitions at random.
            for (atom, mass) in [(4, 0.5), (7, 0.25), (8, 0.25)] {
                #expect(abs(laws[0, 1, atom].item() - mass) < 0.12)
            }
            var carry = agent.carry(for: 1)
            let arrival = Arrival(observations: Tensor([0]), rewards: [0], isFirst: [true])
            let action = try agent.act(
                on: arrival, carrying: &carry, mode: .deterministic, using: &generator)
            #expect(action.values == [best])
            let bound = try #require(records.last?.bound)
            #expect(bound.actionConsistency == nil && bound.reward != nil)
        }
    }

    /// Three states: with a table for its network the agent's laws have the means of the optimal
    /// values.
    @Test func `means find the hard values`() throws {
        var settings = C51Settings()
        settings.networks.units = []
        (settings.minimum, settings.maximum, settings.atoms) = (-12, 0, 49)
        (settings.discount, settings.batch, settings.updates) = (0.9, 480, 200)
        (settings.learningRate, settings.target) = (0.01, .hard(every: 50))
        var generator = Generator(seed: 4)
        let agent = try C51(settings, world: EnergyFixtures.world, using: &generator)
        let replay = EnergyFixtures.replay(seed: 5)
        let atoms = Tensor.linearlySpaced(from: -12, to: 0, count: 49, type: .float64)
        var means = [Double](repeating: 0, count: 6)
        let (before, counted) = (10, 10)
        for round in 0..<before + counted {
            _ = try agent.learn(from: .replay(replay), using: &generator)
            if round < before { continue }
            let laws = agent.logLaws(Tensor([0, 1, 2])).exp().to(.float64)
            let found = (laws * atoms).sum(axis: 2).doubles()
            means = zip(means, found).map { $0 + $1 / Double(counted) }
        }
        let exact = [-8.27998089, -8.34902054, -7.41232680, -7.32441472, -6.10606785, -6.96937410]
        // The targets are sampled: means wander by a tenth, their average by less.
        for (value, expected) in zip(means, exact) { #expect(abs(value - expected) < 0.1) }
    }

    @Test func `numbers are refused, and atoms without a range`() throws {
        var generator = Generator(seed: 6)
        let world = World(
            name: "line", observationSpace: .box(-1, 1, shape: [1]),
            actionSpace: .box(-1, 1, shape: [1]))
        #expect(throws: AgentError.self) {
            _ = try C51(C51Settings(), world: world, using: &generator)
        }
        #expect(throws: ConfigurationError.self) {
            _ = try C51Settings().setting([("minimum", "3"), ("maximum", "3")])
        }
    }
}
