import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// A small agent in its world, with what it has seen.
final class GenerativeLife {
    let agent: GenerativeAgent
    let collector: Collector
    var carry: GenerativeCarry
    var acting = Generator(seed: 1)
    var learning = Generator(seed: 2)

    init(
        _ changes: [(String, String)] = [], environment: String = "pendulum-masked",
        copies: Int = 2
    ) throws {
        let environments = AgentUnits(
            try EnvironmentRegistry.standard.makeVector(
                name: environment, arguments: [("time-limit", "30")], count: copies))
        var generator = Generator(seed: 0)
        agent = try GenerativeAgent(
            GenerativeAgent.settings(preset: "debug").setting(changes),
            world: World(environments), using: &generator)
        collector = Collector(
            environments: environments,
            replay: Replay(
                layout: EpisodeLayout(
                    observations: environments.observationSpace,
                    actions: environments.actionSpace), generator: Generator(seed: 3)),
            generator: Generator(seed: 4))
        carry = agent.carry(for: copies)
    }

    func live(_ steps: Int) throws {
        for _ in 0..<steps {
            let action = try agent.act(
                on: collector.arrive(), carrying: &carry, mode: .explore, using: &acting)
            _ = try collector.step(action)
        }
    }

    func learn() throws -> Record {
        try agent.learn(from: .replay(collector.replay), using: &learning)[0]
    }

    /// Everything that the agent knows, as numbers.
    var parameters: [[Float]] { get throws { try stored("networks") } }

    /// What the agent stores under names that start so, as numbers.
    func stored(_ prefix: String) throws -> [[Float]] {
        let archive = Archive()
        try agent.save(to: archive)
        return try archive.names.filter { $0.hasPrefix(prefix) }
            .map { try archive.tensor($0).floats() }
    }
}
