extension GymnasiumWorker {
    /// Writes the action rows of active copies, and which copies these are.
    func write(_ actions: UnsafeBufferPointer<Float>, _ active: [Bool], width: Int) {
        for (index, copy) in copies.enumerated() {
            memory.bytes[rows.active + index] = active[copy] ? 1 : 0
            guard active[copy] else { continue }
            let row = UnsafeRawBufferPointer(
                UnsafeBufferPointer(rebasing: actions[copy * width..<(copy + 1) * width]))
            let begin = rows.actions + 4 * width * index
            UnsafeMutableRawBufferPointer(rebasing: memory.bytes[begin..<begin + row.count])
                .copyMemory(from: row)
        }
    }

    /// The reward and ending of a copy's last step.
    func result(of copy: Int) -> (reward: Double, ending: Ending) {
        let index = copy - copies.lowerBound
        let flags = memory.bytes[rows.endings + index]
        return (
            memory.bytes.load(fromByteOffset: rows.rewards + 8 * index, as: Double.self),
            Ending(terminated: flags & 1 != 0, truncated: flags & 2 != 0)
        )
    }

    /// Copies the observation row of a copy to its place among all copies' rows.
    func copyObservation<Value: BitwiseCopyable>(
        of copy: Int, width: Int, into all: inout [Value]
    ) {
        let size = width * MemoryLayout<Value>.stride
        let begin = rows.observations + size * (copy - copies.lowerBound)
        let source = UnsafeRawBufferPointer(rebasing: memory.bytes[begin..<begin + size])
        all.withUnsafeMutableBytes {
            UnsafeMutableRawBufferPointer(rebasing: $0[size * copy..<size * (copy + 1)])
                .copyMemory(from: source)
        }
    }
}
