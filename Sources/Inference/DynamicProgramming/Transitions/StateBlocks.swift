import Dispatch
import OptimistCore

/// The states in blocks whose pairs fit into the nearest cache, shared out among threads.
///
/// Nothing that is computed may depend on the block it lies in: then the number of threads changes
/// no bit of a result.
struct StateBlocks: Sendable {
    /// Block b holds the states `bounds[b]..<bounds[b + 1]`.
    let bounds: [Int]
    /// The most pairs in a block.
    let largest: Int
    let threads: Int

    init(_ pairs: StateActionPairs, threads: Int) {
        if threads < 1 { fail("SoftDynamicProgramming", "\(threads) threads") }
        var (bounds, largest, begin) = ([0], 0, 0)
        for state in 0..<pairs.states {
            let full = pairs.starts[state + 1] - pairs.starts[begin] > 1024 && state > begin
            if full || state - begin >= 1024 {
                largest = max(largest, pairs.starts[state] - pairs.starts[begin])
                bounds.append(state)
                begin = state
            }
        }
        largest = max(largest, pairs.count - pairs.starts[begin])
        bounds.append(pairs.states)
        self.bounds = bounds
        self.largest = largest
        self.threads = min(threads, bounds.count - 1)
    }

    /// Runs a closure over all blocks, with scratch for the pairs of a block.
    func run(
        _ body: @Sendable (_ states: Range<Int>, _ scratch: UnsafeMutablePointer<Double>) -> Void
    ) {
        let blocks = bounds.count - 1
        @Sendable func share(_ thread: Int) {
            withUnsafeTemporaryAllocation(of: Double.self, capacity: max(largest, 1)) { scratch in
                for block in thread * blocks / threads..<(thread + 1) * blocks / threads {
                    body(bounds[block]..<bounds[block + 1], scratch.baseAddress!)
                }
            }
        }
        if threads == 1 {
            share(0)
        } else {
            DispatchQueue.concurrentPerform(iterations: threads, execute: share)
        }
    }
}
