import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

@Suite struct UNREALTests {
    private func settings(
        control: Double = 0, reward: Double = 0, value: Double = 0
    ) throws -> UNREALSettings {
        var settings = try UNREAL.settings(preset: "debug")
        settings.tasks.controlWeight = control
        settings.tasks.rewardWeight = reward
        settings.tasks.valueWeight = value
        return settings
    }

    @Test func `without tasks it is the agent underneath, bit for bit`() throws {
        let settings = try settings()
        let (one, two) = (
            try CollectedLife("cartpole-masked", copies: 2),
            try CollectedLife("cartpole-masked", copies: 2)
        )
        var (first, second) = (Generator(seed: 3), Generator(seed: 3))
        let agent = try UNREAL(settings, world: one.world, using: &first)
        let plain = try A2C(settings.actorCritic, world: two.world, using: &second)
        var (carry, plainCarry) = (agent.carry(for: 2), plain.carry(for: 2))
        let before = agent.networks.numbers
        let records = try one.feed(agent, carrying: &carry, rollouts: 5, using: &first)
        let expected = try two.feed(plain, carrying: &plainCarry, rollouts: 5, using: &second)
        #expect(agent.networks.numbers == plain.networks.numbers)
        #expect(agent.networks.numbers != before && first == second)
        #expect(records.map(\.metrics) == expected.map(\.metrics))
    }

    @Test(arguments: [(1.0, 0.0, 0.0), (0, 1, 0), (0, 0, 1), (1, 1, 1)])
    func `every task moves the memory`(control: Double, reward: Double, value: Double) throws {
        func memory(_ settings: UNREALSettings) throws -> [Float] {
            let life = try CollectedLife("cartpole-masked", copies: 2)
            var generator = Generator(seed: 3)
            let agent = try UNREAL(settings, world: life.world, using: &generator)
            // The same actions whatever heads were drawn.
            var acting = Generator(seed: 4)
            var carry = agent.carry(for: 2)
            _ = try life.feed(agent, carrying: &carry, rollouts: 2, using: &acting)
            return try #require(agent.networks.memory).cell.parameters.flatMap {
                $0.tensor.detached().floats()
            }
        }
        let with = try memory(settings(control: control, reward: reward, value: value))
        let without = try memory(settings())
        #expect(with != without && with.allSatisfy(\.isFinite))
    }

    @Test func `replayed values aim at returns of n steps`() throws {
        let settings = try settings(value: 1)
        let life = try CollectedLife("cartpole-masked", copies: 2)
        var generator = Generator(seed: 3)
        let agent = try UNREAL(settings, world: life.world, using: &generator)
        var carry = agent.carry(for: 2)
        let first = try life.rollOut(agent, carrying: &carry, steps: 6, using: &generator)
        _ = try agent.learn(from: .rollouts(first), using: &generator)
        // Only the first rollout is there to be replayed, its memory starting from nothing.
        var again = first
        again.columns["memory"] = Tensor.zeros(like: try #require(first.columns["memory"]))
        let rollout = Rollout(again, agent.networks)
        let targets = Returns.lambda(
            again, values: rollout.values, discount: settings.returns.discount, lambda: 1)
        let error = (rollout.values.slice(axis: 0, 0..<again.time) - targets) * again.valid
        let expected = error.square().sum().item() / again.valid.sum().item()
        let next = try life.rollOut(agent, carrying: &carry, steps: 6, using: &generator)
        let record = try agent.learn(from: .rollouts(next), using: &generator)[0]
        let found = try #require(record.metrics.first { $0.name == "tasks.replay" }).value
        #expect(abs(found - expected) < 1e-4 * (1 + expected))
    }

    @Test func `half of the predictions are about rewards`() throws {
        let life = try CollectedLife(
            "mountain-car", copies: 2, arguments: [("sparse", "true"), ("time-limit", "30")])
        var generator = Generator(seed: 3)
        let agent = try UNREAL(settings(), world: life.world, using: &generator)
        var carry = agent.carry(for: 2)
        var replay = AuxiliaryReplay(capacity: 50)
        for index in 0..<4 {
            var batch = try life.rollOut(agent, carrying: &carry, steps: 10, using: &generator)
            // One reward and one punishment in each.
            var rewards = [Float](repeating: 0, count: batch.time * batch.width)
            rewards[5 * batch.width] = 1
            rewards[(6 + index % 2) * batch.width + 1] = -2
            batch.rewards = Tensor(rewards, shape: [batch.time, batch.width])
            replay.append(batch)
        }
        let frames = try #require(replay.frames(40, of: 3, using: &generator))
        #expect(frames.observations.shape == [3, 40, 2] && frames.rewards.shape == [3, 40])
        let classes = frames.classes.integers()
        #expect(classes.count { $0 != 0 } == 20)
        #expect(classes.contains(1) && classes.contains(2))
        #expect(replay.frames(4, of: 11, using: &generator) == nil)
    }

    @Test func `a damaged replay is refused`() throws {
        let life = try CollectedLife("cartpole-masked", copies: 2)
        var generator = Generator(seed: 3)
        let agent = try UNREAL(settings(value: 1), world: life.world, using: &generator)
        var carry = agent.carry(for: 2)
        let batch = try life.rollOut(agent, carrying: &carry, steps: 6, using: &generator)
        let archive = Archive()
        batch.save(to: archive)
        let read = try Batch(from: archive)
        #expect(read.rewards.floats() == batch.rewards.floats())
        #expect(read.columns.keys == batch.columns.keys)
        #expect(read.observations.floats() == batch.observations.floats())
        var damaged = batch
        damaged.valid = Tensor.ones([batch.time, batch.width + 1])
        let other = Archive()
        damaged.save(to: other)
        #expect(throws: ArchiveError.self) { try Batch(from: other) }
    }

    @Test func `a memory is needed, and choices to compare`() throws {
        var settings = try settings(control: 1)
        let life = try CollectedLife("pendulum-masked", copies: 2)
        var generator = Generator(seed: 3)
        #expect(throws: AgentError.self) {
            try UNREAL(settings, world: life.world, using: &generator)
        }
        settings.networks.memory = 0
        #expect(throws: ConfigurationError.self) { try settings.check() }
    }
}
