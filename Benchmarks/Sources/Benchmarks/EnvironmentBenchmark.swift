import Foundation
import OptimistCore
import OptimistEnvironments

/// Steps of classic control with random actions, on one core.
struct EnvironmentBenchmark: Benchmark {
    let name = "environments"
    let summary = "steps a second on one core, random actions"
    let peers: Peers

    /// Steps in one repetition, as in the peers' script.
    static let steps = 2000

    func run(rounds: Int) {
        var generator = Generator(seed: 0)
        compare("cart-pole", Self.stepping(CartPole(.init()), using: &generator), rounds)
        compare("pendulum", Self.stepping(Pendulum(.init()), using: &generator), rounds)
    }

    private func compare(_ task: String, _ own: Contender, _ rounds: Int) {
        let peer = Contender("Gymnasium, \(task)", peers.peer("gymnasium_peer"), task)
        let all = [own] + [peer].compactMap { $0 }
        let comparison = Comparison(all, rounds: rounds, repeats: 5)
        for (name, seconds) in comparison.medians {
            let rate = Double(Self.steps) / median(seconds)
            print(String(format: "  %@%12.0f steps/s", pad(name), rate))
        }
    }

    /// Sixteen copies on one thread; ended ones start again.
    private static func stepping<T: OptimistEnvironments.Task>(
        _ task: T, using generator: inout Generator
    ) -> Contender {
        let copies = 16
        let tasks = VectorTask(task, count: copies)
        for copy in 0..<copies { tasks.reset(copy, seed: UInt64(copy)) }
        let actions = (0..<copies).map { _ in
            task.actionSpace.isDiscrete
                ? Float(Bool.random(using: &generator) ? 1 : 0)
                : Float.random(in: -1...1, using: &generator)
        }
        let active = [Bool](repeating: true, count: copies)
        var seed = UInt64(copies)
        return Contender("Optimist, \(task.name)") {
            for _ in 0..<(steps / copies) {
                actions.withUnsafeBufferPointer { try! tasks.step(actions: $0, active: active) }
                for copy in 0..<copies where tasks.outcome.endings[copy] != .none {
                    tasks.reset(copy, seed: seed)
                    seed += 1
                }
            }
        }
    }
}
