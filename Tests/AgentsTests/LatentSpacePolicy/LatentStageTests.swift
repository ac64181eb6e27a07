import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

/// Layers trained by the agent's own loss, with exact values and expectations by quadrature.
@Suite struct LatentStageTests {
    private let kind = ActionKind.continuous(width: 1, isBounded: false)

    private var settings: LatentSpacePolicySettings {
        var settings = LatentSpacePolicySettings()
        (settings.layer.units, settings.layer.couplingUnits) = ([8], 8)
        settings.learningRate = 0.01
        return settings
    }

    /// Nodes and weights of the standard normal law, `[rows, 1]` and `[rows]`.
    private var nodes: (noise: Tensor, weights: Tensor) {
        let points = (-60...60).map { Double($0) / 10 }
        let heights = points.map { exp(-0.5 * $0 * $0) }
        let sum = heights.reduce(0, +)
        return (
            Tensor(points, shape: [121, 1]).to(.float32),
            Tensor(heights.map { $0 / sum }).to(.float32)
        )
    }

    private func moments(_ values: Tensor, _ weights: Tensor) -> (mean: Double, variance: Double) {
        let flat = values.detached().reshaped([-1])
        let mean = (flat * weights).sum()
        return (mean.item(), ((flat - mean).square() * weights).sum().item())
    }

    /// Reward −(a − 2)² / 2, prior N(0, 1), reward scale 1: K stages are one policy at scale K,
    /// N(2K / (1 + K), 1 / (1 + K)).
    @Test func `stages of a bandit are one policy at their number times the scale`() throws {
        let (noise, weights) = nodes
        let state = Tensor.ones([121, 1])
        var generator = Generator(seed: 1)
        var layers: [InvertibleLayer] = []
        let expected = [
            (1.0, 0.5, -0.75), (1.3333333, 0.3333333, -0.38888889), (1.5, 0.25, -0.25),
            (1.6, 0.2, -0.18),
        ]
        for stage in 0..<4 {
            let learner = LayerLearner(settings, kind: kind, features: 1, using: &generator)
            for _ in 0..<1_000 {
                _ = try learner.improve(state, noise: noise, weights: weights) { values in
                    guard !layers.isEmpty else { return 2 - values }
                    let leaf = values.requiringGradient()
                    let actions = LayeredPolicy(layers).forward(leaf, in: state).value
                    return gradients(of: actions, withRespectTo: [leaf], seed: 2 - actions)[0]
                }
            }
            let latent = moments(learner.draw(noise, in: state).value, weights)
            if stage == 1 {
                #expect(abs(latent.mean - 0.471405) < 2e-3)
                #expect(abs(latent.variance - 0.666667) < 3e-3)
            }
            layers.append(learner.layer)
            let actions = LayeredPolicy(layers).forward(noise, in: state).value
            let found = moments(actions, weights)
            #expect(abs(found.mean - expected[stage].0) < 2e-3)
            #expect(abs(found.variance - expected[stage].1) < 2e-3)
            let reward = ((actions - 2).square().reshaped([-1]) * weights).sum().item() / -2
            #expect(abs(reward - expected[stage].2) < 3e-3)
        }
    }

    /// Reward −(a − m)ᵀ A (a − m) / 2 with correlated A, prior N(0, I): K stages are one policy at
    /// scale K, N((I + K A)⁻¹ K A m, (I + K A)⁻¹).
    @Test(arguments: [InvertibleLayerKind.inverseAutoregressive, .maskedAutoregressive])
    func `autoregressive stages of a bandit learn what goes together`(
        kind: InvertibleLayerKind
    ) throws {
        let axis = (-12...12).map { 0.4 * Double($0) }
        let pairs = axis.flatMap { first in axis.map { [first, $0] } }
        let heights = pairs.map { exp(-0.5 * ($0[0] * $0[0] + $0[1] * $0[1])) }
        let sum = heights.reduce(0, +)
        let noise = Tensor(pairs.flatMap { $0 }, shape: [625, 2]).to(.float32)
        let weights = Tensor(heights.map { $0 / sum }).to(.float32)
        let state = Tensor.ones([625, 1])
        // A = [[1, 0.8], [0.8, 1.5]], m = (1, −0.5), so that A m = (0.6, 0.05).
        let precision = Tensor([1, 0.8, 0.8, 1.5], shape: [2, 2]).to(.float32)
        let middle = Tensor([1, -0.5], shape: [1, 2]).to(.float32)
        func slope(_ actions: Tensor) -> Tensor { -(actions - middle).matmul(precision) }
        var settings = settings
        (settings.layer.kind, settings.layer.couplingUnits) = (kind, 16)
        let pair = ActionKind.continuous(width: 2, isBounded: false)
        var generator = Generator(seed: 1)
        var layers: [InvertibleLayer] = []
        for stage in 1...2 {
            let learner = LayerLearner(settings, kind: pair, features: 1, using: &generator)
            for _ in 0..<600 {
                _ = try learner.improve(state, noise: noise, weights: weights) { values in
                    if layers.isEmpty { return slope(values) }
                    let leaf = values.requiringGradient()
                    let actions = LayeredPolicy(layers).forward(leaf, in: state).value
                    return gradients(of: actions, withRespectTo: [leaf], seed: slope(actions))[0]
                }
            }
            layers.append(learner.layer)
            let actions = withoutGradient {
                LayeredPolicy(layers).forward(noise, in: state).value
            }
            let rows = weights.unsqueezed(axis: 1)
            let mean = (actions * rows).sum(axis: 0).doubles()
            let centered = actions - (actions * rows).sum(axis: 0)
            let found = (centered * rows).transposed(0, 1).matmul(centered).doubles()
            // I + K A and its inverse by hand.
            let scale = Double(stage)
            let (a, b, d) = (1 + scale, 0.8 * scale, 1 + 1.5 * scale)
            let determinant = a * d - b * b
            let covariance = [d, -b, -b, a].map { $0 / determinant }
            let target = [scale * 0.6, scale * 0.05]
            let expected = [
                covariance[0] * target[0] + covariance[1] * target[1],
                covariance[2] * target[0] + covariance[3] * target[1],
            ]
            #expect(zip(mean, expected).allSatisfy { abs($0 - $1) < 5e-3 }, "\(mean) \(expected)")
            #expect(
                zip(found, covariance).allSatisfy { abs($0 - $1) < 5e-3 },
                "\(found) \(covariance)")
        }
    }

    @Test func `without a reward the upper layer's best is to change nothing`() throws {
        var generator = Generator(seed: 2)
        let pair = ActionKind.continuous(width: 2, isBounded: false)
        let learner = LayerLearner(settings, kind: pair, features: 2, using: &generator)
        for parameter in learner.layer.parameters {
            let noise = Tensor.normal(parameter.tensor.shape, using: &generator)
            parameter.tensor.detached().accumulate(noise, scale: 0.3)
        }
        let states = Tensor.normal([256, 2], using: &generator)
        var costs: [Double] = []
        for _ in 0..<1_500 {
            let noise = Tensor.normal([256, 2], using: &generator)
            let cost = try learner.improve(states, noise: noise) { Tensor.zeros(like: $0) }
            costs.append(cost.mean().item())
        }
        #expect(costs[0] > 0.05)
        let last = costs.suffix(100).reduce(0, +) / 100
        // KL is not negative; its estimate from 25,600 draws has an error of about 0.001.
        #expect(abs(last) < 0.01, "\(costs[0]) became \(last)")
    }

    @Test func `a squashed layer's cost is that of a uniform prior`() {
        var generator = Generator(seed: 3)
        let bounded = ActionKind.continuous(width: 2, isBounded: true)
        let learner = LayerLearner(settings, kind: bounded, features: 1, using: &generator)
        let noise = Tensor.normal([4, 2], using: &generator)
        let drawn = learner.draw(noise, in: Tensor.ones([4, 1]))
        let exact =
            learner.layer.logDensity(drawn.value, in: Tensor.ones([4, 1])) + 2 * log(2)
        #expect((drawn.cost - exact).abs().max().item() < 1e-4)
    }

    private let world = World(
        name: "square", observationSpace: .box(-7, 7, shape: [2]),
        actionSpace: .box(-1, 1, shape: [2]))

    private var replay: Replay {
        Replay(
            layout: EpisodeLayout(
                observations: world.observationSpace, actions: world.actionSpace),
            generator: Generator(seed: 5))
    }

    /// An episode of the agent's own.
    private func live(
        _ steps: Int, _ agent: LatentSpacePolicy, _ replay: Replay, _ generator: inout Generator
    ) throws {
        var carry = agent.carry(for: 1)
        let episode = replay.begin(seed: 0, first: .floats([0, 0]))
        for step in 0..<steps {
            let arrival = Arrival(
                observations: Tensor.full([1, 2], Double(step) / 10), rewards: [0],
                isFirst: [step == 0])
            let action = try agent.act(
                on: arrival, carrying: &carry, mode: .explore, using: &generator)
            replay.append(
                to: episode, action: action.values,
                step: Step(
                    observation: .floats([Float(step + 1) / 10, 0]), reward: 1,
                    ending: step == steps - 1 ? .truncated : .none),
                columns: [(action.columns[0].name, action.columns[0].rows[0])])
        }
    }

    @Test func `a layer is frozen and the next one begins with its own transitions`() throws {
        var generator = Generator(seed: 4)
        var settings = try LatentSpacePolicy.settings(preset: "debug")
        (settings.layerUpdates, settings.updates, settings.warmUpSteps) = (10, 10, 8)
        let agent = try LatentSpacePolicy(settings, world: world, using: &generator)
        let replay = replay
        try live(20, agent, replay, &generator)
        let first = try agent.learn(from: .replay(replay), using: &generator)
        #expect(agent.stage == 1 && replay.count == 0)
        #expect(first.contains { $0.kind == .notice })
        let frozen = agent.policy.layers[0].parameters.map { $0.tensor.floats() }
        try live(4, agent, replay, &generator)
        #expect(try agent.learn(from: .replay(replay), using: &generator).isEmpty)
        try live(20, agent, replay, &generator)
        let records = try agent.learn(from: .replay(replay), using: &generator)
        #expect(agent.stage == 1 && agent.policy.layers.count == 2)
        #expect(records.allSatisfy { $0.bound?.actionConsistency != nil || $0.kind == .notice })
        #expect(agent.policy.layers[0].parameters.map { $0.tensor.floats() } == frozen)
        #expect(agent.policy.layers[1].parameters.contains { $0.tensor.abs().max().item() > 0 })
    }

    /// The agent's own way is to send latents down itself.
    @Test func `an environment with the layers inside does what the agent does`() throws {
        var generator = Generator(seed: 8)
        var settings = try LatentSpacePolicy.settings(preset: "debug")
        (settings.layerUpdates, settings.updates, settings.warmUpSteps) = (10, 10, 8)
        let agent = try LatentSpacePolicy(settings, world: world, using: &generator)
        let replay = replay
        for _ in 0..<2 {
            try live(20, agent, replay, &generator)
            _ = try agent.learn(from: .replay(replay), using: &generator)
        }
        let task = { TaskEnvironment(Multigoal(), timeLimit: 30) }
        var plain = RescaledActions(task())
        var layered = agent.embedded(in: task()) { 2 * $0.reward }
        #expect(layered.actionSpace == .box(-.infinity, .infinity, shape: [2]))
        var seen = try plain.reset(seed: 1)
        #expect(try layered.reset(seed: 1) == seen)
        for _ in 0..<10 {
            let latents = Tensor.normal([1, 2], using: &generator)
            let states = Tensor(seen.floats, shape: [1, 2])
            let action = agent.policy.forward(latents, in: states).value.floats()
            let expected = try plain.step(action)
            let found = try layered.step(latents.floats())
            #expect(found.observation == expected.observation)
            #expect(found.reward == 2 * expected.reward && found.ending == expected.ending)
            seen = expected.observation
        }
    }

    @Test func `latents stay for an episode where that is asked for`() throws {
        var generator = Generator(seed: 6)
        let settings = try LatentSpacePolicy.settings(preset: "debug")
        let agent = try LatentSpacePolicy(settings, world: world, using: &generator)
        let replay = replay
        try live(20, agent, replay, &generator)
        _ = try agent.learn(from: .replay(replay), using: &generator)
        var carry = agent.carry(for: 2)
        func act(_ isFirst: Bool) throws -> [Float] {
            let arrival = Arrival(
                observations: Tensor.zeros([2, 2]), rewards: [0, 0], isFirst: [isFirst, isFirst])
            return try agent.act(
                on: arrival, carrying: &carry, mode: .fixedLatent, using: &generator
            ).values
        }
        let first = try act(true)
        #expect(try act(false) == first)
        #expect(try act(true) != first)
        #expect(first[0] != first[2])
    }

    @Test func `rewards of layers are read and written`() throws {
        #expect(LayerRewards(rawValue: "outward:2,task")?.rawValue == "outward:2,task")
        #expect(LayerRewards(rawValue: "outward:2,task")?[5] == .task)
        for text in ["", "outward", "outward:0", "task,", "speed"] {
            #expect(LayerRewards(rawValue: text) == nil)
        }
        var generator = Generator(seed: 7)
        var settings = LatentSpacePolicySettings()
        settings.rewards = LayerRewards(rawValue: "outward:3")!
        #expect(throws: AgentError.self) {
            _ = try LatentSpacePolicy(settings, world: world, using: &generator)
        }
    }

    @Test func `rewards and scales for more layers than there are are refused`() throws {
        let two = try LatentSpacePolicySettings().setting([
            ("rewards", "outward:2,task"), ("rewardScales", "0.5,20"),
        ])
        #expect(two.rewards.rewards.count == 2)
        for (key, value) in [("rewards", "task,task,task"), ("rewardScales", "1,2,3")] {
            let error = #expect(throws: ConfigurationError.self) { try two.setting([(key, value)]) }
            #expect(error?.description.hasPrefix("\(key) names 3 for 2 layers: ") == true)
            #expect(try two.setting([(key, value), ("layers", "3")]).layers == 3)
        }
    }
}
