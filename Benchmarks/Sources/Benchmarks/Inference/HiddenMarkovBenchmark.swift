import Foundation
import OptimistCore
import OptimistInference
import OptimistLinearAlgebra

/// The forward pass of a hidden Markov model over given likelihoods.
struct HiddenMarkovBenchmark: Benchmark {
    let name = "hmm"
    let summary = "the forward pass of a hidden Markov model, beliefs of every step, float64"
    let peers: Peers

    /// States and steps, as in the peers' script.
    private static let sizes = [(2, 1_000_000), (8, 200_000), (32, 20_000)]

    func run(rounds: Int) {
        for (states, steps) in Self.sizes {
            print("  \(states) states, nanoseconds a step")
            let chain = Self.chain(states)
            let table = Self.likelihoods(states, steps)
            let peer = peers.peer("hmmlearn_peer")
            let contenders = [
                Contender("Optimist") { _ = try! chain.filter(table) },
                Contender("hmmlearn, scaling", peer, "scaling-\(states)"),
                Contender("hmmlearn, logs", peer, "log-\(states)"),
            ].compactMap { $0 }
            Comparison(contenders, rounds: rounds, repeats: 3)
                .report(unit: (1e9 / Double(steps), "ns"))
        }
    }

    private static func chain(_ states: Int) -> DiscreteStateSpace {
        var generator = Generator(seed: 0)
        var transitions = Matrix(rows: states, columns: states) { _, _ in
            -log(Double.random(in: 0.0001..<1, using: &generator))
        }
        for row in 0..<states {
            let sum = (0..<states).reduce(0) { $0 + transitions[row, $1] }
            for column in 0..<states { transitions[row, column] /= sum }
        }
        return try! DiscreteStateSpace(
            initial: Array(repeating: 1 / Double(states), count: states),
            transitions: transitions)
    }

    private static func likelihoods(_ states: Int, _ steps: Int) -> LikelihoodTable {
        var generator = Generator(seed: 1)
        let logs = (0..<states * steps).map { _ in
            log(Double.random(in: 0.05..<1, using: &generator))
        }
        return try! LikelihoodTable(logLikelihoods: logs, stateCount: states)
    }
}
