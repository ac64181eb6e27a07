import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct PETSTests {
    private func settings(_ changes: [(String, String)] = []) throws -> PETSSettings {
        let preset = PETS.algorithm.presets.first { $0.name == "debug" }!
        return try PETSSettings().setting(preset.settings.map { ($0.key, $0.value) } + changes)
    }

    private func world(_ name: String) throws -> World {
        World(AgentUnits(try EnvironmentRegistry.standard.makeVector(name: name, count: 1)))
    }

    private func make(_ name: String, _ settings: PETSSettings) throws -> PETS {
        var generator = Generator(seed: 0)
        return try PETS(settings, world: world(name), using: &generator)
    }

    @Test(arguments: [
        (
            "cartpole",
            "pets cannot act in cartpole: it plans in a box of actions with finite bounds"
        ),
        ("frozen-lake", "pets cannot act in frozen-lake: it models vectors of numbers"),
    ])
    func `worlds it cannot act in are refused in words`(name: String, sentence: String) throws {
        let error = #expect(throws: AgentError.self) { try make(name, settings()) }
        #expect(error?.description.hasPrefix(sentence) == true)
    }

    @Test func `particles that cannot be shared are refused`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try settings([("particles", "3")])
        }
        #expect(
            error?.description
                == "3 particles cannot be shared equally among 2 members: choose a multiple of 2")
    }

    @Test func `known functions replace heads, and only where they are wanted`() throws {
        let known = try make("pendulum", settings())
        #expect(known.dynamics.rewardSource == .known)
        #expect(known.dynamics.ensemble.targets == 3)
        let learned = try make("pendulum", settings([("usesKnownFunctions", "false")]))
        #expect(learned.dynamics.rewardSource == .learned)
        #expect(learned.dynamics.terminationSource == .learned)
        #expect(learned.dynamics.ensemble.targets == 5)
        #expect(learned.specification.joint.allSatisfy { $0.status != .known })
    }

    @Test func `its presets are within range`() throws {
        for preset in PETS.algorithm.presets {
            let pairs = preset.settings.map { (key: $0.key, value: $0.value) }
            let settings = try PETSSettings().setting(pairs)
            try settings.check()
        }
    }

    @Test func `before the first fit actions are random, afterwards they are planned`() throws {
        let agent = try make("pendulum", settings())
        var generator = Generator(seed: 1)
        var carry = agent.carry(for: 2)
        let arrival = Arrival(
            observations: Tensor([1, 0, 0, -1, 0, 0] as [Float], shape: [2, 3]),
            rewards: [0, 0], isFirst: [true, true])
        let random = try agent.act(
            on: arrival, carrying: &carry, mode: .explore, using: &generator)
        #expect(random.values.count == 2)
        #expect(carry.memory.mean.floats().allSatisfy { $0 == 0 })
        let replay = try filledReplay()
        let records = try agent.learn(from: .all(replay), using: &generator)
        #expect(records[0].metrics.first { $0.name == "dynamics.updates" }!.value > 0)
        let planned = try agent.act(
            on: arrival, carrying: &carry, mode: .explore, using: &generator)
        #expect(planned.values.allSatisfy { abs($0) <= 1 })
        #expect(carry.memory.mean.floats().contains { $0 != 0 })
    }

    /// A hundred random steps of the pendulum.
    private func filledReplay() throws -> Replay {
        let environments = AgentUnits(
            try EnvironmentRegistry.standard.makeVector(name: "pendulum", count: 1))
        let replay = Replay(
            layout: EpisodeLayout(
                observations: environments.observationSpace, actions: environments.actionSpace),
            generator: Generator(seed: 5))
        let collector = Collector(
            environments: environments, replay: replay, generator: Generator(seed: 6))
        var generator = Generator(seed: 7)
        for _ in 0..<100 {
            _ = try collector.arrive()
            _ = try collector.step(Action(values: [Float(generator.uniform(-1, 1))]))
        }
        return replay
    }
}
