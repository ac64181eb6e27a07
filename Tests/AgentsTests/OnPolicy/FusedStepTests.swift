import OptimistAgents
import OptimistCore
import OptimistEnvironments
import OptimistExperience
import OptimistModels
import OptimistTorch
import Testing

/// Two agents from one seed learn from the same rollouts, one with its loss in plain loops, the other
/// with the same loss composed of tensors.
@Suite struct FusedStepTests {
    private func rollouts(_ name: String) throws -> (World, [Batch]) {
        var generator = Generator(seed: 7)
        let environments = AgentUnits(
            try EnvironmentRegistry.standard.makeVector(name: name, count: 4))
        let world = World(environments)
        let replay = Replay(
            layout: EpisodeLayout(
                observations: environments.observationSpace, actions: environments.actionSpace),
            generator: generator.split("replay"))
        let collector = Collector(
            environments: environments, replay: replay, generator: generator.split("seeds"))
        var settings = PolicySettings()
        settings.units = [16]
        let actor = try ActorCritic(settings, world: world, algorithm: "test", using: &generator)
        var carry = actor.carry(for: 4)
        let batches = try (0..<3).map { _ in
            let start = replay.appended
            for _ in 0..<16 {
                let action = actor.act(
                    on: try collector.arrive(), carrying: &carry, mode: .explore,
                    using: &generator)
                _ = try collector.step(action)
            }
            return replay.rollout(since: start)
        }
        return (world, batches)
    }

    /// How far apart parameters are after all updates, and how far they went.
    private func distances<A: ActorCriticAgent>(
        _ type: A.Type, on name: String, _ changes: [(String, String)]
    ) throws -> (apart: Double, moved: Double) {
        let (world, batches) = try rollouts(name)
        let settings = try A.settings(preset: "debug").setting(changes)
        func parameters(_ agent: A) -> Tensor {
            Tensor.concatenated(
                (agent.networks.policy.parameters + agent.networks.critic.parameters).map {
                    $0.tensor.detached().copy().flattened()
                }, axis: 0)
        }
        func trained(fused: Bool) throws -> (start: Tensor, end: Tensor) {
            var generator = Generator(seed: 5)
            let agent = try A(settings, world: world, using: &generator)
            agent.networks.fusesLosses = fused
            let start = parameters(agent)
            for batch in batches {
                let records = try agent.learn(from: .rollouts(batch), using: &generator)
                #expect(records.count == 1)
            }
            return (start, parameters(agent))
        }
        let (one, two) = (try trained(fused: true), try trained(fused: false))
        #expect(one.start.isClose(to: two.start, relative: 0, absolute: 0))
        return (
            (one.end - two.end).abs().max().item(), (one.end - one.start).abs().max().item()
        )
    }

    // Pendulum has numbers for actions, cart-pole choices.
    @Test(arguments: ["pendulum", "cartpole"], ["exact", "analyticEntropy", "instantaneous"])
    func `fused and composed steps of A2C agree`(name: String, gradient: String) throws {
        let found = try distances(
            A2C.self, on: name,
            [("consistency.temperature", "0.1"), ("consistency.gradient", gradient)])
        #expect(found.moved > 1e-3)
        #expect(found.apart < 1e-4 * found.moved)
    }

    @Test(arguments: ["pendulum", "cartpole"], [true, false])
    func `fused and composed steps of PPO agree`(name: String, clipsValues: Bool) throws {
        let found = try distances(
            PPO.self, on: name,
            [
                ("clipsValues", String(clipsValues)), ("clip", "0.05"), ("minibatch", "16"),
                ("descent.learningRate", "1e-3"),
            ])
        #expect(found.moved > 1e-3)
        #expect(found.apart < 1e-3 * found.moved)
    }
}
