import Foundation
import OptimistCore
import OptimistInference

/// Sweeps of soft value iteration over a large sparse model.
struct SweepBenchmark: Benchmark {
    let name = "sweep"
    let summary = "a soft value-iteration sweep, 250,000 states x 4 actions x 4 successors, float64"
    let peers: Peers

    /// Sweeps in one repetition, as in the peers' script.
    static let sweeps = 10

    func run(rounds: Int) {
        let before = Memory.resident
        let model = Self.model()
        let held = Memory.resident - before
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let contenders = [
            Self.sweeping(model, threads: cores),
            Self.sweeping(model, threads: 1),
            Contender("SciPy sparse", peers.peer("scipy_peer"), "sweep"),
        ].compactMap { $0 }
        Comparison(contenders, rounds: rounds, repeats: 5)
            .report(unit: (1e3 / Double(Self.sweeps), "ms"))
        let transitions = Double(model.transitions.count)
        let tables = Double(Self.bytes(model)) / transitions
        print(String(format: "  %@%10.1f bytes a transition", pad("model and solver"), tables))
        if held > 0 {
            let measured = Double(held) / transitions
            print(String(format: "  %@%10.1f bytes a transition", pad("model, measured"), measured))
        }
    }

    /// The model of the peers' script: the k-th successor of a pair is a hash of both.
    static func model() -> TabularModel {
        let (states, actions, successors) = (250_000, 4, 4)
        var table = TransitionTable(states: states, actions: actions)
        var next: [Int] = []
        for pair in 0..<states * actions {
            next.removeAll(keepingCapacity: true)
            for k in 0..<successors {
                let hash = UInt64(pair * successors + k + 1) &* 0x9E37_79B9_7F4A_7C15
                next.append(Int((hash >> 32) % UInt64(states)))
            }
            next.sort()
            for state in next {
                try! table.append(pair / actions, pair % actions, state, 0.25)
            }
        }
        let (pairs, transitions) = table.finish()
        let rewards = (0..<pairs.count).map { Double($0 % 101) / 101 - 0.5 }
        return try! TabularModel(
            pairs: pairs, transitions: transitions, rewards: .perPair(rewards),
            start: Array(repeating: 1 / Double(states), count: states))
    }

    /// Sweeps and their change, without an end in sight: no tolerance is that small.
    private static func sweeping(_ model: TabularModel, threads: Int) -> Contender {
        let program = try! SoftDynamicProgramming(model, threads: threads)
        let stopping = SoftDynamicProgramming.Stopping(
            tolerance: .leastNonzeroMagnitude, maximumSweeps: sweeps)
        return Contender("Optimist, \(threads) thread\(threads == 1 ? "" : "s")") {
            do {
                _ = try program.solve(
                    discount: 0.99, method: .valueIteration, stopping: stopping)
                fatalError("\(sweeps) sweeps are not enough")
            } catch {
                precondition("\(error)".hasPrefix("after \(sweeps) sweeps"), "\(error)")
            }
        }
    }

    /// What the model, the program's prior and base and two tables of values take.
    private static func bytes(_ model: TabularModel) -> Int {
        let pairs = model.pairs
        let table = model.transitions.count * (8 + 4) + (pairs.count + 1) * 8
        let rewards = pairs.count * (8 + 4) + (pairs.states + 1) * 8
        return table + rewards + model.start.count * 8 + pairs.count * 16 + pairs.states * 16
    }
}
