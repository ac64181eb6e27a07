import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience

/// An agent that is fed single episodes, in one copy of an environment.
final class AgentLife<A: Agent> {
    let agent: A
    private let collector: Collector
    private var carry: A.Carry
    private var generator: Generator

    init(
        _ type: A.Type, _ settings: A.Settings, _ name: String,
        _ arguments: [(String, String)] = [], seed: UInt64 = 0, showsTable: Bool = true
    ) throws {
        generator = Generator(seed: seed)
        let environments = AgentUnits(
            try EnvironmentRegistry.standard.makeVector(
                name: name, arguments: arguments.map { (key: $0.0, value: $0.1) }, count: 1))
        let world =
            showsTable
            ? World(environments)
            : World(
                name: name, observationSpace: environments.observationSpace,
                actionSpace: environments.actionSpace)
        agent = try A(settings, world: world, using: &generator)
        let replay = Replay(
            layout: EpisodeLayout(
                observations: environments.observationSpace,
                actions: environments.actionSpace), generator: generator.split("replay"))
        collector = Collector(
            environments: environments, replay: replay, generator: generator.split("seeds"))
        carry = agent.carry(for: 1)
    }

    /// Lives a number of episodes, `meal` of them at a time, and returns what was reported.
    func live(_ episodes: Int, meal: Int = 1) throws -> [Record] {
        var (records, waiting) = ([Record](), [Episode]())
        var lived = 0
        while lived < episodes {
            let finished = try collector.step(
                agent.act(
                    on: collector.arrive(), carrying: &carry, mode: .explore, using: &generator))
            lived += finished.count
            waiting += finished
            if waiting.count < meal { continue }
            records += try agent.learn(from: .episodes(waiting), using: &generator)
            waiting = []
        }
        return records
    }
}

extension Record {
    /// The metric of a name.
    func value(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
}
