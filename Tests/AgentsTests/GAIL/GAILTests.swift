import Foundation
import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch
import Testing

@Suite struct GAILTests {
    private func settings() throws -> GAILSettings { try GAIL.settings(preset: "debug") }

    private func fed(
        _ settings: GAILSettings, _ name: String = "cartpole", rewards: Double? = nil
    ) throws -> (agent: GAIL, records: [Record]) {
        let life = try CollectedLife(name, copies: 2)
        var generator = Generator(seed: 3)
        let agent = try GAIL(settings, world: life.world, using: &generator)
        var carry = agent.carry(for: 2)
        var batch = try life.rollOut(agent, carrying: &carry, steps: 16, using: &generator)
        if let rewards { batch.rewards = batch.valid * rewards }
        return (agent, try agent.learn(from: .rollouts(batch), using: &generator))
    }

    @Test func `scripted experts solve their tasks`() throws {
        var generator = Generator(seed: 1)
        for isDiscrete in [true, false] {
            let episodes = try ScriptedExpert.balancing(isDiscrete: isDiscrete)
                .episodes(10, steps: 500, using: &generator)
            #expect(episodes.map(\.count) == Array(repeating: 500, count: 10))
        }
        let swings = try ScriptedExpert.swingUp.episodes(40, steps: 200, using: &generator)
        let returns = Estimate(of: swings.map(\.totalReward))
        // Trained agents reach about -150; standing still costs about -1200.
        #expect(returns.mean + 3 * (returns.standardError ?? 0) > -170)
        #expect(Set(swings.map(\.seed)).count == 40)
    }

    @Test func `what the environment pays plays no part`() throws {
        let one = try fed(settings(), rewards: 1)
        let other = try fed(settings(), rewards: -50)
        #expect(one.agent.networks.numbers == other.agent.networks.numbers)
        #expect(one.records[0].bound == other.records[0].bound)
    }

    @Test func `rewards are those of the sharpened discriminator`() throws {
        var settings = try settings()
        for reward in ImitationReward.allCases {
            settings.reward = reward
            let (agent, records) = try fed(settings)
            let bound = try #require(records[0].bound)
            let mean = try #require(bound.reward) / bound.context.rewardScale
            switch reward {
            case .logit: #expect(abs(mean) < 3)
            case .positive: #expect(mean > 0)
            case .negative: #expect(mean < 0)
            }
            #expect(
                agent.specification.joint.contains { $0.variable == "r" && $0.status == .learned })
        }
    }

    @Test func `experts are read from episode files`() throws {
        let folder = NSTemporaryDirectory() + "optimist-gail-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        var settings = try settings()
        settings.expert.source = folder
        #expect(throws: ExpertError.empty(path: folder)) { try fed(settings) }
        var generator = Generator(seed: 1)
        let episodes = try ScriptedExpert.balancing(isDiscrete: true)
            .episodes(3, steps: 30, using: &generator)
        for (index, episode) in episodes.enumerated() {
            try episode.npz().write(to: URL(fileURLWithPath: folder + "/\(index).npz"))
        }
        settings.expert.episodes = 3
        let metrics = try fed(settings).records[0].metrics
        #expect(metrics.first { $0.name == "expert.return" }?.value == 30)
        settings.expert.source = folder + "/1.npz"
        #expect(throws: Never.self) { try fed(settings) }
        #expect(throws: ExpertError.self) { try fed(settings, "pendulum") }
        settings.expert.source = folder + "/none"
        #expect(throws: ExpertError.missing(path: folder + "/none")) { try fed(settings) }
    }

    @Test func `a world without an expert is refused`() throws {
        #expect(throws: ExpertError.unscripted(world: "mountain-car")) {
            try fed(settings(), "mountain-car")
        }
    }

    @Test func `an expert that was found is not looked for again`() throws {
        let path = NSTemporaryDirectory() + "optimist-gail-\(UUID().uuidString).npz"
        var generator = Generator(seed: 1)
        let episode = try ScriptedExpert.balancing(isDiscrete: true)
            .episodes(1, steps: 30, using: &generator)[0]
        try episode.npz().write(to: URL(fileURLWithPath: path))
        var settings = try settings()
        settings.expert.source = path
        let life = try CollectedLife("cartpole", copies: 2)
        let agent = try GAIL(settings, world: life.world, using: &generator)
        try agent.prepare()
        try FileManager.default.removeItem(atPath: path)
        var carry = agent.carry(for: 2)
        let batch = try life.rollOut(agent, carrying: &carry, steps: 16, using: &generator)
        let metrics = try agent.learn(from: .rollouts(batch), using: &generator)[0].metrics
        #expect(metrics.first { $0.name == "expert.return" }?.value == 30)
        try agent.prepare()
        let other = try GAIL(settings, world: life.world, using: &generator)
        #expect(throws: ExpertError.missing(path: path)) { try other.prepare() }
    }

    @Test func `a trained imitator needs its expert's files no more`() throws {
        let (agent, _) = try fed(settings())
        let archive = Archive()
        try agent.save(to: archive)
        var changed = try settings()
        changed.expert.source = "/nowhere"
        let life = try CollectedLife("cartpole", copies: 2)
        var generator = Generator(seed: 8)
        let loaded = try GAIL(changed, world: life.world, using: &generator)
        try loaded.load(from: archive)
        #expect(loaded.networks.numbers == agent.networks.numbers)
        var carry = loaded.carry(for: 2)
        let batch = try life.rollOut(loaded, carrying: &carry, steps: 16, using: &generator)
        #expect(try loaded.learn(from: .rollouts(batch), using: &generator).count == 1)
    }
}
