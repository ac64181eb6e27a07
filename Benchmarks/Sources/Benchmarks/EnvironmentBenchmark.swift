import Foundation

/// Steps of environments on one core. Built-in tasks take part by a contender each in `ours`.
struct EnvironmentBenchmark: Benchmark {
    let name = "environments"
    let summary = "steps a second on one core"
    let peers: Peers

    /// Steps in one repetition, as in the peers' script.
    static let steps = 2000.0

    /// Our own tasks, beside the name of the peers' work.
    var ours: [(task: String, contender: Contender)] = []

    func run(rounds: Int) {
        for task in ["cart-pole", "pendulum"] {
            let peer = Contender("Gymnasium, \(task)", peers.peer("gymnasium_peer"), task)
            let own = ours.filter { $0.task == task }.map(\.contender)
            let comparison = Comparison(
                own + [peer].compactMap { $0 }, rounds: rounds, repeats: 5)
            for (name, seconds) in comparison.medians {
                let rate = Self.steps / median(seconds)
                print(String(format: "  %@%12.0f steps/s", pad(name), rate))
            }
        }
    }
}
