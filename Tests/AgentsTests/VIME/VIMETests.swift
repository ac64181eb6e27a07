import OptimistAgents
import OptimistCore
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct VIMETests {
    private func metric(_ name: String, _ record: Record) -> Double? {
        record.metrics.first { $0.name == name }?.value
    }

    @Test func `information is counted beside reward from the second rollout on`() throws {
        var settings = try VIME.settings(preset: "debug")
        settings.bonus.weight = 0.25
        let life = try CollectedLife(
            "mountain-car", copies: 2, arguments: [("sparse", "true"), ("time-limit", "20")])
        var generator = Generator(seed: 3)
        let agent = try VIME(settings, world: life.world, using: &generator)
        var carry = agent.carry(for: 2)
        let records = try life.feed(agent, carrying: &carry, rollouts: 3, using: &generator)
        #expect(metric("information.relative", records[0]) == 0)
        #expect(records[0].bound?.informationGain == 0)
        for record in records.dropFirst() {
            let relative = try #require(metric("information.relative", record))
            let gain = try #require(record.bound?.informationGain)
            #expect(relative > 0 && abs(gain - 0.25 * relative) < 1e-6)
            // The goal was not reached: the environment paid nothing.
            #expect(abs(record.bound?.reward ?? 1) < 1e-6)
            #expect(try #require(metric("information.median", record)) > 0)
        }
        #expect(agent.specification.terms.contains(.informationGain))
    }

    @Test func `without a bonus it is the trust-region agent`() throws {
        var settings = try VIME.settings(preset: "debug")
        settings.bonus.weight = 0
        let arguments = [(key: "time-limit", value: "20")]
        let (one, two) = (
            try CollectedLife("mountain-car", copies: 2, arguments: arguments),
            try CollectedLife("mountain-car", copies: 2, arguments: arguments)
        )
        var (first, second) = (Generator(seed: 3), Generator(seed: 3))
        let agent = try VIME(settings, world: one.world, using: &first)
        let plain = try TRPO(settings.policy, world: two.world, using: &second)
        #expect(agent.networks.numbers == plain.networks.numbers)
        // Drawing the dynamics' weights moved the generator on.
        second = first
        var (carry, plainCarry) = (agent.carry(for: 2), plain.carry(for: 2))
        _ = try one.feed(agent, carrying: &carry, rollouts: 1, using: &first)
        _ = try two.feed(plain, carrying: &plainCarry, rollouts: 1, using: &second)
        #expect(agent.networks.numbers == plain.networks.numbers)
    }

    @Test func `only so many transitions are kept`() throws {
        var settings = try VIME.settings(preset: "debug")
        settings.dynamics.capacity = 40
        let life = try CollectedLife("pendulum", copies: 2)
        var generator = Generator(seed: 3)
        let agent = try VIME(settings, world: life.world, using: &generator)
        var carry = agent.carry(for: 2)
        _ = try life.feed(agent, carrying: &carry, rollouts: 3, using: &generator)
        let archive = Archive()
        try agent.save(to: archive)
        let kept = try archive.scope("dynamics").tensor("data.inputs")
        #expect(kept.shape == [40, 4])
        var other = Generator(seed: 7)
        let loaded = try VIME(settings, world: life.world, using: &other)
        try loaded.load(from: archive)
        #expect(loaded.model.means[0].floats() == agent.model.means[0].floats())
    }
}
