import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct A3CTests {
    private func settings(memory: Int = 0, synchronous: Bool = false) -> A3CSettings {
        var settings = A3CSettings()
        settings.synchronous = synchronous
        settings.updates = 4
        settings.networks.units = [12]
        settings.networks.memory = memory
        settings.networks.standardizesObservations = true
        settings.descent.annealedOver = 400
        settings.consistency.temperature = 0.05
        return settings
    }

    @Test(arguments: [("cartpole", 0), ("pendulum-masked", 5)])
    func `one thread is the synchronous agent in one environment, bit for bit`(
        name: String, memory: Int
    ) throws {
        let settings = settings(memory: memory)
        let arguments = [(key: "time-limit", value: "13")]
        let (one, two) = (
            try CollectedLife(name, copies: 1, arguments: arguments),
            try CollectedLife(name, copies: 1, arguments: arguments)
        )
        var (first, second) = (Generator(seed: 2), Generator(seed: 2))
        let threaded = try A3C(settings, world: one.world, using: &first)
        let plain = try A2C(settings.actorCritic, world: two.world, using: &second)
        #expect(threaded.networks.numbers == plain.networks.numbers)
        var carry = plain.carry(for: 1)
        for _ in 0..<3 {
            let before = plain.networks.numbers
            let records = try threaded.learn(with: one.collector, using: &first)
            let expected = try two.feed(
                plain, carrying: &carry, rollouts: settings.updates, using: &second)
            #expect(plain.networks.numbers != before)
            #expect(threaded.networks.numbers == plain.networks.numbers)
            #expect(records.map(\.metrics) == expected.map(\.metrics))
            #expect(records.map(\.bound) == expected.map(\.bound))
            #expect(first == second)
        }
        #expect(one.collector.state == two.collector.state)
        #expect(one.collector.finished.count == one.collector.episodes)
    }

    @Test func `the synchronous mode is the synchronous agent, bit for bit`() throws {
        let settings = settings(synchronous: true)
        let (one, two) = (
            try CollectedLife("cartpole", copies: 3), try CollectedLife("cartpole", copies: 3)
        )
        var (first, second) = (Generator(seed: 2), Generator(seed: 2))
        let agent = try A3C(settings, world: one.world, using: &first)
        let plain = try A2C(settings.actorCritic, world: two.world, using: &second)
        var (carry, plainCarry) = (agent.carry(for: 3), plain.carry(for: 3))
        _ = try one.feed(agent, carrying: &carry, rollouts: 6, using: &first)
        _ = try two.feed(plain, carrying: &plainCarry, rollouts: 6, using: &second)
        #expect(agent.networks.numbers == plain.networks.numbers)
    }

    @Test func `threads learn together, each in its own environment`() throws {
        let settings = settings(memory: 4)
        let life = try CollectedLife("cartpole", copies: 4)
        var generator = Generator(seed: 2)
        let agent = try A3C(settings, world: life.world, using: &generator)
        let before = agent.networks.numbers
        let records = try agent.learn(with: life.collector, using: &generator)
        #expect(records.count == 4 * settings.updates)
        #expect(life.collector.steps == 4 * settings.updates * settings.steps)
        let after = agent.networks.numbers
        #expect(after != before && after.allSatisfy(\.isFinite))
        // Threads go on from what all have learned: every call moves the parameters again.
        _ = try agent.learn(with: life.collector, using: &generator)
        #expect(agent.networks.numbers != after)
        let seeds = Set(life.collector.replay.episodes.map(\.seed))
        #expect(seeds.count == life.collector.replay.episodes.count)
    }

    @Test func `the step falls to nothing`() throws {
        var settings = settings()
        settings.descent.annealedOver = 40
        let life = try CollectedLife("cartpole", copies: 2)
        var generator = Generator(seed: 2)
        let agent = try A3C(settings, world: life.world, using: &generator)
        _ = try agent.learn(with: life.collector, using: &generator)
        let reached = agent.networks.numbers
        _ = try agent.learn(with: life.collector, using: &generator)
        #expect(agent.networks.numbers == reached)
    }

    @Test func `what is saved is all there is`() throws {
        let settings = settings(memory: 4)
        let lives = try (0..<2).map { _ in try CollectedLife("pendulum-masked", copies: 1) }
        var generators = [Generator(seed: 2), Generator(seed: 2)]
        let agents = try lives.indices.map {
            try A3C(settings, world: lives[$0].world, using: &generators[$0])
        }
        for index in 0..<2 {
            _ = try agents[index].learn(with: lives[index].collector, using: &generators[index])
        }
        let archive = Archive()
        try agents[1].save(to: archive)
        var unrelated = Generator(seed: 9)
        let loaded = try A3C(settings, world: lives[1].world, using: &unrelated)
        try loaded.load(from: archive)
        _ = try agents[0].learn(with: lives[0].collector, using: &generators[0])
        _ = try loaded.learn(with: lives[1].collector, using: &generators[1])
        #expect(loaded.networks.numbers == agents[0].networks.numbers)
    }
}
