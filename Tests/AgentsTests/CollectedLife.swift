import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistTorch

/// An agent, copies of an environment, and the collector between them.
struct CollectedLife {
    let collector: Collector
    let world: World

    init(
        _ name: String, copies: Int, arguments: [(key: String, value: String)] = []
    ) throws {
        let environments = AgentUnits(
            try EnvironmentRegistry.standard.makeVector(
                name: name, arguments: arguments, count: copies))
        world = World(environments)
        let generator = Generator(seed: 5)
        collector = Collector(
            environments: environments,
            replay: Replay(
                layout: EpisodeLayout(
                    observations: environments.observationSpace,
                    actions: environments.actionSpace), generator: generator.split("replay")),
            generator: generator.split("seeds"))
    }

    /// Steps taken by an agent that does not learn from them, as a batch.
    func rollOut<A: ActorCriticAgent>(
        _ agent: A, carrying carry: inout PolicyCarry, steps: Int,
        using generator: inout Generator
    ) throws -> Batch {
        let start = collector.replay.appended
        for _ in 0..<steps {
            let arrival = try collector.arrive()
            let action = try agent.act(
                on: arrival, carrying: &carry, mode: .explore, using: &generator)
            _ = try collector.step(action)
        }
        return collector.replay.rollout(since: start)
    }

    /// Acts and learns for some rollouts, as a run does that feeds its agent.
    func feed<A: ActorCriticAgent>(
        _ agent: A, carrying carry: inout PolicyCarry, rollouts: Int,
        using generator: inout Generator
    ) throws -> [Record] {
        guard case .rollouts(let steps) = agent.diet else { return [] }
        var records: [Record] = []
        for _ in 0..<rollouts {
            let batch = try rollOut(
                agent, carrying: &carry, steps: steps, using: &generator)
            records += try agent.learn(from: .rollouts(batch), using: &generator)
            collector.replay.discard(before: collector.replay.appended)
        }
        return records
    }
}

extension ActorCritic {
    /// Every number that training changes, in a fixed order.
    var numbers: [Float] {
        (policy.parameters + critic.parameters + (memory?.parameters ?? []))
            .flatMap { $0.tensor.detached().floats() }
    }
}
