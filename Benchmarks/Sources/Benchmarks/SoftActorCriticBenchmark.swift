import Foundation
import Optimist
import OptimistCore
import OptimistEnvironments
import OptimistTorch

/// Updates of soft actor-critic at the sizes of HalfCheetah, drawing from the replay included.
struct SoftActorCriticBenchmark: Benchmark {
    let name = "sac"
    let summary =
        "SAC: one update of 2 critics, policy and temperature; 17 numbers seen, 6 done, 2 x 256 "
        + "ReLU, batch 256"
    let peers: Peers
    let peak: Peak

    static let updates = 50

    /// Multiplications of one update, doubled: policy and older critics for targets; critics
    /// forward and twice back, but not to their inputs; the policy the same; critics for it forward
    /// and back to their inputs.
    static let operations: Double = {
        func pass(_ sizes: [Int]) -> Double {
            256 * zip(sizes, sizes.dropFirst()).reduce(0.0) { $0 + 2 * Double($1.0 * $1.1) }
        }
        let policy = pass([17, 256, 256, 12]), critics = 2 * pass([23, 256, 256, 1])
        let inputs = pass([17, 256]) + 2 * pass([23, 256])
        return (policy + critics) + 3 * (policy + critics) - inputs + 2 * critics
    }()

    func run(rounds: Int) throws {
        let updates = try SoftUpdates(each: Self.updates, seed: 0)
        let peer = peers.peer("sbx_peer")
        let contenders = [
            Contender("Optimist") { updates.make() },
            Contender("SBX, one update a call", peer, "sac-one-by-one"),
            Contender("SBX, 50 updates a call", peer, "sac"),
        ].compactMap { $0 }
        let comparison = Comparison(
            contenders + peak.contenders, rounds: rounds, repeats: 3)
        comparison.report(
            unit: (1e3 / Double(Self.updates), "ms an update"), first: contenders.count)
        report(comparison, peer)
    }

    private func report(_ comparison: Comparison, _ peer: Peer?) {
        let names = peak.contenders.map(\.name)
        let tops = comparison.medians.filter { names.contains($0.name) }.map(\.seconds)
        if let own = comparison.medians.first?.seconds, !tops.isEmpty {
            let shares = own.indices.map { round in
                let top = tops.map { Peak.operations / $0[round] }.max()!
                return Self.operations * Double(Self.updates) / own[round] / top
            }
            print(
                String(
                    format: "  %.0f MFLOP: %.0f %% of the peak (%.0f to %.0f)",
                    Self.operations / 1e6, 100 * median(shares), 100 * shares.min()!,
                    100 * shares.max()!))
        }
        Memory.report(peer)
    }
}

/// An agent with a replay of 20,000 random transitions.
private final class SoftUpdates {
    private let agent: SAC
    private let replay: Replay
    private var generator: Generator

    init(each updates: Int, seed: UInt64) throws {
        var generator = Generator(seed: seed)
        let space = Space.box(-.infinity, .infinity, shape: [17])
        let world = World(
            name: "random", observationSpace: space,
            actionSpace: .box(-1, 1, shape: [6]))
        var settings = SACSettings()
        settings.updates = updates
        agent = try SAC(settings, world: world, using: &generator)
        replay = Replay(
            layout: EpisodeLayout(observations: space, actions: world.actionSpace),
            generator: generator.split("replay"))
        func row() -> Observation {
            .floats((0..<17).map { _ in Float(generator.normal()) })
        }
        for _ in 0..<20 {
            let episode = replay.begin(seed: 0, first: row())
            for step in 1...1_000 {
                replay.append(
                    to: episode, action: (0..<6).map { _ in Float(2 * generator.uniform() - 1) },
                    step: Step(
                        observation: row(), reward: generator.normal(),
                        ending: step == 1_000 ? .truncated : .none))
            }
        }
        self.generator = generator
    }

    /// A round of updates.
    func make() {
        do {
            _ = try agent.learn(from: .replay(replay), using: &generator)
        } catch {
            fail("SoftUpdates.make", "\(error)")
        }
    }
}
