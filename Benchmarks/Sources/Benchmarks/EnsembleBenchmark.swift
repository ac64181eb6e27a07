import Foundation
import OptimistCore
import OptimistTorch

/// The forward pass of a PETS ensemble, as a share of the machine's peak.
struct EnsembleBenchmark: Benchmark {
    let name = "ensemble"
    let summary = "forward pass, 5 members of 24-200-200-200-200-36 swish, 2,000 rows a member"
    let peers: Peers
    let peak: Peak

    static let sizes = [24, 200, 200, 200, 200, 36]
    static let operations = zip(sizes, sizes.dropFirst()).reduce(0.0) {
        $0 + 2 * Double($1.0 * $1.1) * 10_000
    }

    func run(rounds: Int) {
        var generator = Generator(seed: 0)
        let network = FusedNetwork(members: 5, sizes: Self.sizes, using: &generator)
        let x = Tensor.normal([5, 2000, 24], using: &generator)
        _ = network.predict(x)
        let others = [
            Contender("PyTorch", peers.peer("torch_peer"), "ensemble"),
            Contender("JAX, jitted", peers.peer("jax_peer"), "ensemble"),
        ].compactMap { $0 }
        let ours = Contender("Optimist") { _ = network.predict(x) }
        let comparison = Comparison(
            [ours] + others + peak.contenders, rounds: rounds, repeats: 5)
        Self.report(comparison, peakNames: peak.contenders.map(\.name))
    }

    /// Rates of all, and each round's share of that round's peak.
    private static func report(_ comparison: Comparison, peakNames: [String]) {
        let tops = comparison.medians.filter { peakNames.contains($0.name) }
        for (name, seconds) in comparison.medians {
            let work = peakNames.contains(name) ? Peak.operations : operations
            var line = String(
                format: "  %@%10.1f GFLOP/s", pad(name), work / median(seconds) / 1e9)
            if !peakNames.contains(name), !tops.isEmpty {
                let shares = seconds.indices.map { round in
                    let top = tops.map { Peak.operations / $0.seconds[round] }.max()!
                    return work / seconds[round] / top
                }
                line += String(
                    format: "   %3.0f %% of the peak (%.0f to %.0f)", 100 * median(shares),
                    100 * shares.min()!, 100 * shares.max()!)
            }
            print(line)
        }
    }
}
