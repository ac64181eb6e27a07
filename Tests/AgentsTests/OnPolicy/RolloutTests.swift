import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

@Suite struct RolloutTests {
    /// Networks with a memory in two copies of the masked pendulum, and what they collect.
    private final class World2 {
        let networks: ActorCritic
        let collector: Collector
        let replay: Replay
        var carry: PolicyCarry
        var generator: Generator

        init(memory: Int, limit: String = "12") throws {
            generator = Generator(seed: 1)
            let environments = AgentUnits(
                try EnvironmentRegistry.standard.makeVector(
                    name: "pendulum-masked", arguments: [("time-limit", limit)], count: 2))
            var settings = PolicySettings()
            settings.units = [8]
            settings.memory = memory
            networks = try ActorCritic(
                settings, world: World(environments), algorithm: "test", using: &generator)
            replay = Replay(
                layout: EpisodeLayout(
                    observations: environments.observationSpace,
                    actions: environments.actionSpace), generator: generator.split("replay"))
            collector = Collector(
                environments: environments, replay: replay, generator: generator.split("seeds"))
            carry = networks.carry(for: 2)
        }

        func collect(_ steps: Int) throws {
            for _ in 0..<steps {
                let arrival = try collector.arrive()
                _ = try collector.step(
                    networks.act(
                        on: arrival, carrying: &carry, mode: .explore, using: &generator))
            }
        }
    }

    @Test func `a memory is taken up in the middle of an episode`() throws {
        let world = try World2(memory: 6)
        try world.collect(5)
        let middle = world.replay.appended
        try world.collect(5)
        let whole = Rollout(world.replay.rollout(since: 0), world.networks)
        let late = Rollout(world.replay.rollout(since: middle), world.networks)
        #expect(whole.features.shape == [11, 2, 8] && late.features.shape == [6, 2, 8])
        #expect(
            late.features.isClose(
                to: whole.features.slice(axis: 0, 5..<11), relative: 1e-4, absolute: 1e-6))
        #expect(
            late.logDensities.isClose(
                to: whole.logDensities.slice(axis: 0, 5..<10), relative: 1e-4, absolute: 1e-5))
        // The memory does something.
        let state = late.features.slice(axis: 2, 0..<6)
        #expect(state.standardDeviation().item() > 1e-3)
    }

    @Test func `a memory forgets where an episode starts`() throws {
        let world = try World2(memory: 6, limit: "4")
        try world.collect(6)
        let rollout = Rollout(world.replay.rollout(since: 0), world.networks)
        // Two episodes in each copy, the second cut after two steps.
        #expect(rollout.batch.width == 4 && rollout.batch.time == 4)
        #expect(rollout.batch.valid.sum(axis: 0).doubles().sorted() == [2, 2, 4, 4])
        let stored = rollout.batch.columns["memory"]!.select(axis: 0, 0)
        #expect(stored.abs().max().item() == 0)
    }

    @Test(arguments: [0, 6])
    func `minibatches have every step once, without padding`(memory: Int) throws {
        let world = try World2(memory: memory, limit: "4")
        try world.collect(7)
        let rollout = Rollout(world.replay.rollout(since: 0), world.networks)
        let number = Tensor.arange(rollout.batch.time * rollout.batch.width).to(.float32)
            .reshaped([rollout.batch.time, rollout.batch.width])
        let rows = rollout.rows(advantages: number, targets: number)
        #expect(rows.count == 14)
        var generator = Generator(seed: 2)
        let parts = Array(rows.minibatches(of: 5, using: &generator))
        #expect(parts.count > 1)
        let seen = parts.flatMap { $0.advantages.to(.int64).integers() }.sorted()
        let valid = rollout.batch.valid.flattened().floats()
        #expect(seen == valid.indices.filter { valid[$0] > 0 })
        for part in parts + [rows.all] {
            #expect(part.features.requiresGradient == (memory > 0))
            #expect(part.features.shape[0] == part.actions.shape[0])
            let law = world.networks.policy(part.features)
            // Before the first step every ratio is 1.
            let change = law.logDensity(part.actions) - part.logDensities
            #expect(change.abs().max().item() < 1e-6)
        }
    }

    @Test func `softened rewards take off what an action costs`() throws {
        let world = try World2(memory: 0)
        try world.collect(6)
        let rollout = Rollout(world.replay.rollout(since: 0), world.networks)
        let settings = ReturnSettings(discount: 0.9, lambda: 1)
        let plain = rollout.returns(settings)
        let soft = rollout.returns(settings, ConsistencySettings(temperature: 0.5))
        let costs = (rollout.logDensities.doubles()).map { 0.5 * ($0 + 0.6931471805599453) }
        var expected = [Double](repeating: 0, count: 12)
        for column in 0..<2 {
            var following = 0.0
            for time in (0..<6).reversed() {
                following = costs[2 * time + column] + 0.9 * following
                expected[2 * time + column] = following
            }
        }
        let difference = (plain.advantages - soft.advantages).doubles()
        for (value, exact) in zip(difference, expected) { #expect(abs(value - exact) < 1e-4) }
    }
}
