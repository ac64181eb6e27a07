import Dispatch
import OptimistCore
import OptimistLinearAlgebra

/// Laws of states carried forward, p(s′) = Σ_{s, a} p(s) π(a | s) p(s′ | s, a).
///
/// A stored model that is passed over several times is transposed once: each next state then gathers
/// what it receives, in the order of the pairs, so threads share the states and change no bit.
/// Everything else hands out from each pair in turn.
struct LawPropagation {
    let model: any TransitionModel
    private let transposed: SparseRows?
    /// Thread t has the states `shares[t]..<shares[t + 1]`, with about as many transitions as others.
    private let shares: [Int]

    /// Fewer passes than this do not repay a transpose, whatever the number of threads.
    private static let worthwhile = 4

    init(_ model: any TransitionModel, threads: Int, steps: Int) {
        self.model = model
        guard steps >= LawPropagation.worthwhile, let table = model as? TabularModel,
            table.pairs.count <= Int(Int32.max)
        else {
            (transposed, shares) = (nil, [])
            return
        }
        let transposed = table.transitions.transposed
        self.transposed = transposed
        let wanted = max(min(threads, transposed.count / 4096), 1)
        var (shares, state) = ([0], 0)
        for share in 1..<wanted + 1 {
            let end = share == wanted ? transposed.count : share * (transposed.count / wanted)
            while state < transposed.rows, transposed.starts[state + 1] <= end { state += 1 }
            shares.append(share == wanted ? transposed.rows : state)
        }
        self.shares = shares
    }

    /// Writes what the next states receive; what is in a terminal state stays there.
    ///
    /// - Parameters:
    ///   - weights: p(s) π(a | s), `[pairs]`.
    ///   - states: p(s), `[states]`.
    ///   - scale: a factor of everything.
    ///   - result: `[states]`.
    func advance(
        _ weights: [Double], _ states: [Double], scale: Double, into result: inout [Double]
    ) {
        let pairs = model.pairs
        for state in result.indices {
            result[state] = pairs.isTerminal(state) ? scale * states[state] : 0
        }
        guard let transposed else {
            return model.distribute(weights, scale: scale, into: &result)
        }
        weights.withUnsafeBufferPointer { weights in
            result.withUnsafeMutableBufferPointer { result in
                nonisolated(unsafe) let (weights, result) = (weights, result)
                @Sendable func gather(_ share: Int) {
                    let place = result.baseAddress! + shares[share]
                    transposed.multiply(
                        rows: shares[share]..<shares[share + 1], weights, base: place,
                        scale: scale, into: place)
                }
                if shares.count == 2 {
                    gather(0)
                } else {
                    DispatchQueue.concurrentPerform(iterations: shares.count - 1, execute: gather)
                }
            }
        }
    }
}
