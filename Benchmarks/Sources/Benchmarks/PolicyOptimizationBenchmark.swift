import Foundation
import Optimist
import OptimistCore
import OptimistEnvironments
import OptimistTorch

/// Environment steps of PPO on eight cart-poles, acting and learning.
struct PolicyOptimizationBenchmark: Benchmark {
    let name = "ppo"
    let summary =
        "PPO: 2,048 steps of 8 cart-poles, acting and learning; 2 x 64 tanh, rollouts of 32, 20 "
        + "epochs, minibatches of 256"
    let peers: Peers

    static let steps = 2_048

    func run(rounds: Int) throws {
        let one = try ProximalSteps(threads: 1, seed: 0)
        let all = try ProximalSteps(threads: Engine.threads, seed: 0)
        let peer = peers.peer("sb3_peer")
        let contenders = [
            Contender("Optimist, one thread") { one.make(Self.steps) },
            Contender("Optimist, \(Engine.threads) threads") { all.make(Self.steps) },
            Contender("Stable-Baselines3 \(peer?.version ?? "")", peer, "ppo"),
        ].compactMap { $0 }
        let comparison = Comparison(contenders, rounds: rounds, repeats: 1)
        comparison.report(unit: (1e6 / Double(Self.steps), "us a step"))
        for (name, seconds) in comparison.medians {
            print(
                String(
                    format: "  %@%10.0f steps/s", pad(name),
                    Double(Self.steps) / median(seconds)))
        }
        Memory.report(peer)
    }
}

/// An agent and what collects for it.
private final class ProximalSteps {
    private let agent: PPO
    private let collector: Collector
    private let threads: Int
    private var carry: PPO.Carry
    private var generator: Generator

    init(threads: Int, seed: UInt64) throws {
        self.threads = threads
        var generator = Generator(seed: seed)
        let environments = try AgentUnits(
            EnvironmentRegistry.standard.makeVector(name: "cartpole", arguments: [], count: 8))
        var settings = try PPO.settings(preset: "cartpole")
        settings.descent.annealedOver = nil
        agent = try PPO(settings, world: World(environments), using: &generator)
        let replay = Replay(
            layout: EpisodeLayout(
                observations: environments.observationSpace, actions: environments.actionSpace),
            generator: generator.split("replay"))
        collector = Collector(
            environments: environments, replay: replay, generator: generator.split("seeds"))
        carry = agent.carry(for: 8)
        self.generator = generator
    }

    /// Acts and learns for so many steps.
    func make(_ steps: Int) {
        let before = Engine.threads
        Engine.threads = threads
        defer { Engine.threads = before }
        do {
            for _ in 0..<steps / 256 { try rollOut() }
        } catch {
            fail("ProximalSteps.make", "\(error)")
        }
    }

    private func rollOut() throws {
        let start = collector.replay.appended
        for _ in 0..<32 {
            _ = try collector.step(
                agent.act(
                    on: collector.arrive(), carrying: &carry, mode: .explore, using: &generator))
        }
        let batch = collector.replay.rollout(since: start)
        collector.replay.discard(before: collector.replay.appended)
        _ = try agent.learn(from: .rollouts(batch), using: &generator)
    }
}
